package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import java.util.concurrent.CompletableFuture;

/** Fault: a copy that is asked for is not made, and its original gone. */
final class RetriesForgotten extends ForwardingBroker {
  RetriesForgotten(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        return super.ack();
      }
    };
  }
}
