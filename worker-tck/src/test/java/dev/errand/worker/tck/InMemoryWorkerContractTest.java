package dev.errand.worker.tck;

import dev.errand.broker.inmemory.fixture.InMemoryFixture;
import dev.errand.broker.tck.kit.BackendFixture;
import java.util.function.UnaryOperator;

/** The contract of a worker, in memory. */
final class InMemoryWorkerContractTest extends WorkerContract {
  @Override
  protected BackendFixture openFixture() {
    return new InMemoryFixture(UnaryOperator.identity());
  }
}
