package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Publication;
import java.util.concurrent.CompletableFuture;

/** Fault: no priority is looked at. */
final class PrioritiesIgnored extends ForwardingBroker {
  PrioritiesIgnored(Broker real) {
    super(real);
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    return super.publish(new Publication(
        publication.message().copy().priority(0).build(),
        publication.route(),
        publication.delay()));
  }
}
