package dev.errand.examples.sql;

import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.worker.tck.WorkerContract;

/** The contract of a worker, over SQL. */
final class SqlWorkerContractTest extends WorkerContract {
  @Override
  protected BackendFixture openFixture() {
    return new SqlFixture();
  }
}
