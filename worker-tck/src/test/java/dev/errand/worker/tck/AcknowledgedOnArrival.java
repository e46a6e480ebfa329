package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import java.util.concurrent.CompletableFuture;

/** Fault: jobs leave their queue as soon as the worker has them. */
final class AcknowledgedOnArrival extends ForwardingBroker {
  AcknowledgedOnArrival(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    CompletableFuture<Void> acknowledged = delivery.ack();
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> ack() {
        return acknowledged;
      }

      @Override
      public CompletableFuture<Void> release() {
        return acknowledged;
      }

      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        return publish(copy);
      }
    };
  }
}
