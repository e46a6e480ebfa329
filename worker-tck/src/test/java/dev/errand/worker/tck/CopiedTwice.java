package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import java.util.concurrent.CompletableFuture;

/** Fault: what takes a job's place is there twice. */
final class CopiedTwice extends ForwardingBroker {
  CopiedTwice(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        return publish(copy).thenCompose(done -> super.replace(copy));
      }
    };
  }
}
