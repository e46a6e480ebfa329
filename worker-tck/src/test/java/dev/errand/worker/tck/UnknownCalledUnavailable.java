package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Fault: what may be there is said never to have been sent. */
final class UnknownCalledUnavailable extends ForwardingBroker {
  UnknownCalledUnavailable(Broker real) {
    super(real);
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    return super.publish(publication).exceptionally(error -> {
      Throwable cause = error instanceof CompletionException ? error.getCause() : error;
      throw new CompletionException(
          cause instanceof PublishException refused && refused.reason() == Reason.OUTCOME_UNKNOWN
              ? new PublishException(
                  Reason.UNAVAILABLE, publication, "It was not sent", "Repeat it", refused)
              : cause);
    });
  }
}
