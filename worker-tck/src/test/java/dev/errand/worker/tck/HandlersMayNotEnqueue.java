package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import java.util.concurrent.CompletableFuture;

/** Fault: whoever enqueues on a handler's thread is told that the broker is not there. */
final class HandlersMayNotEnqueue extends ForwardingBroker {
  HandlersMayNotEnqueue(Broker real) {
    super(real);
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    return Thread.currentThread().getName().contains("-handler-")
        ? CompletableFuture.failedFuture(new PublishException(
            PublishException.Reason.UNAVAILABLE, publication, "A handler waits", "End it", null))
        : super.publish(publication);
  }
}
