package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import java.util.concurrent.CompletableFuture;

/** Fault: what has not begun is kept until the worker has stopped. */
final class NeverReleased extends ForwardingBroker {
  NeverReleased(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> release() {
        return CompletableFuture.completedFuture(null);
      }
    };
  }
}
