package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import java.time.Duration;

/** Fault: a retry follows at once. */
final class DelaysForgotten extends InMemoryFixture {
  @Override
  public Broker open() {
    return new FaultyCopies(super.open(), copy -> copy.after(Duration.ZERO));
  }
}
