package dev.errand.worker.tck;

import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.time.Duration;

/** Fault: a stop interrupts what runs without waiting. */
final class NoGrace extends InMemoryFixture {
  @Override
  public Worker start(WorkerBuilder described) {
    return described.gracePeriod(Duration.ZERO).start();
  }
}
