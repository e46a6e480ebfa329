package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import java.util.concurrent.CompletableFuture;

/** Fault: what is rejected is dropped, and not moved. */
final class RejectDrops extends ForwardingBroker {
  RejectDrops(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> reject() {
        return ack();
      }
    };
  }
}
