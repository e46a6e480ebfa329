package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Publication;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Fault: the publish after a refused one fails with it. */
final class NextFailsToo extends ForwardingBroker {
  private final AtomicReference<@Nullable CompletableFuture<Void>> refused =
      new AtomicReference<>();

  NextFailsToo(Broker real) {
    super(real);
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    CompletableFuture<Void> former = refused.getAndSet(null);
    if (former != null) {
      return former;
    }
    CompletableFuture<Void> answer = super.publish(publication);
    if (answer.isCompletedExceptionally()) {
      refused.set(answer);
    }
    return answer;
  }
}
