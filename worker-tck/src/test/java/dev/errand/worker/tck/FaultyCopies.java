package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A broker that makes other copies than it is told, whatever worker runs on it. */
final class FaultyCopies extends ForwardingBroker {
  private final UnaryOperator<Publication> change;

  FaultyCopies(Broker real, UnaryOperator<Publication> change) {
    super(real);
    this.change = change;
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        return super.replace(change.apply(copy));
      }
    };
  }
}
