package dev.errand.worker.tck;

import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;

/** Fault: a worker runs one handler more than it was told. */
final class OneHandlerMore extends InMemoryFixture {
  @Override
  public Worker start(WorkerBuilder described) {
    return described.concurrency(4).start();
  }
}
