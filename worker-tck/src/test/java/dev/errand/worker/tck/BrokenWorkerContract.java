package dev.errand.worker.tck;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The contract under a fault; run by {@link WorkerFaultsTest} only, as its name says to Surefire.
 */
final class BrokenWorkerContract extends WorkerContract {
  /** What is wrong; JUnit makes the instances. */
  static volatile @Nullable Fault fault;

  @Override
  protected WorkerFixture openFixture() {
    return Objects.requireNonNull(fault).fixture().get();
  }
}
