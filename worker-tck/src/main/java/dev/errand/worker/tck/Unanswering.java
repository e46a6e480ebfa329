package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A broker that loses the answer to the first release: a copy is in the queue, and the delivery is
 * still unsettled. As a publishing connection does that dies in between.
 */
final class Unanswering extends ForwardingBroker {
  private final String queue;
  private final AtomicBoolean lost = new AtomicBoolean();

  Unanswering(Broker real, String queue) {
    super(real);
    this.queue = queue;
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> release() {
        if (lost.getAndSet(true)) {
          return super.release();
        }
        Publication copy = Publication.of(message(), Route.queue(queue));
        return publish(copy)
            .thenCompose(taken -> CompletableFuture.failedFuture(
                PublishException.unanswered(copy, Duration.ofSeconds(10))));
      }
    };
  }
}
