package dev.errand.worker.tck;

/** The contract of a worker, in memory. */
final class InMemoryWorkerContractTest extends WorkerContract {
  @Override
  protected WorkerFixture openFixture() {
    return new InMemoryFixture();
  }
}
