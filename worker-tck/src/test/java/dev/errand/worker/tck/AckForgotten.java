package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import java.util.concurrent.CompletableFuture;

/** Fault: what is done with stays where it was. */
final class AckForgotten extends ForwardingBroker {
  AckForgotten(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> ack() {
        return CompletableFuture.completedFuture(null);
      }
    };
  }
}
