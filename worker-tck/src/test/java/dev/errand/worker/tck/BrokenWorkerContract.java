package dev.errand.worker.tck;

import dev.errand.broker.inmemory.fixture.InMemoryFixture;
import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The contract under a fault; run by {@link WorkerFaultsTest} only, as its name says to Surefire.
 */
final class BrokenWorkerContract extends WorkerContract {
  /** What is wrong; JUnit makes the instances. */
  static volatile @Nullable Fault fault;

  @Override
  protected BackendFixture openFixture() {
    return new InMemoryFixture(chosen()::changed);
  }

  @Override
  Worker start(WorkerBuilder described) {
    return super.start(chosen().changed(described));
  }

  private static Fault chosen() {
    return Objects.requireNonNull(fault);
  }
}
