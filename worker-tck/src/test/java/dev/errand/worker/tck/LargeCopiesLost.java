package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.codec.WireFormat;
import java.util.concurrent.CompletableFuture;

/** Fault: a dead letter that could not be published is dropped. */
final class LargeCopiesLost extends ForwardingBroker {
  private final int most;

  LargeCopiesLost(Broker real) {
    super(real);
    most = real.capabilities().maxBodyBytes();
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        boolean dead = copy.route() instanceof Route.ToQueue to
            && WireFormat.deadLettersIn(to.queue()).isPresent();
        return dead && copy.message().body().length > most ? ack() : super.replace(copy);
      }
    };
  }
}
