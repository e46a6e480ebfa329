package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import java.util.concurrent.CompletableFuture;

/** Fault: what is given back is dropped. */
final class ReleasedIsDropped extends ForwardingBroker {
  ReleasedIsDropped(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> release() {
        return ack();
      }
    };
  }
}
