package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Topology;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Fault: what was declared once is taken to stand for ever. */
final class DeclaresOnce extends ForwardingBroker {
  private final AtomicBoolean declared = new AtomicBoolean();

  DeclaresOnce(Broker real) {
    super(real);
  }

  @Override
  public CompletableFuture<Void> declare(Topology... parts) {
    return declared.compareAndSet(false, true)
        ? super.declare(parts)
        : CompletableFuture.completedFuture(null);
  }
}
