package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import java.util.concurrent.CompletableFuture;

/** Fault: a copy is said to be safe as soon as it is on its way. */
final class CopiesAnswerEarly extends ForwardingBroker {
  CopiesAnswerEarly(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        CompletableFuture<Void> unused = super.replace(copy);
        return CompletableFuture.completedFuture(null);
      }
    };
  }
}
