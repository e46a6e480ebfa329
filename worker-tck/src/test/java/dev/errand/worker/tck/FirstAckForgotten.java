package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Fault: the first ack is answered, and nothing is done. */
final class FirstAckForgotten extends ForwardingBroker {
  private final AtomicBoolean forgotten = new AtomicBoolean();

  FirstAckForgotten(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> ack() {
        return forgotten.compareAndSet(false, true)
            ? CompletableFuture.completedFuture(null)
            : super.ack();
      }
    };
  }
}
