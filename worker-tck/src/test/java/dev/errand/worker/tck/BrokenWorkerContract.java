package dev.errand.worker.tck;

/**
 * The contract under a fault; run by {@link WorkerFaultsTest} only, as its name says to Surefire.
 */
final class BrokenWorkerContract extends WorkerContract {
  // Set before each run, which is on the same thread.
  static Fault fault = Fault.NO_GRACE;

  @Override
  protected WorkerFixture openFixture() {
    return fault.fixture();
  }
}
