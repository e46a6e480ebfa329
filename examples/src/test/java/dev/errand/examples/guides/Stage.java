package dev.errand.examples.guides;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.time.Time;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import org.jspecify.annotations.Nullable;

/** A broker in memory, a client, and one worker at a time, whose events a test can wait for. */
final class Stage implements AutoCloseable {
  final Broker broker;
  final TaskClient tasks;
  final Signals signals = new Signals();
  private @Nullable Worker worker;

  Stage(Time time) {
    broker = Broker.open("memory:", time);
    tasks = TaskClient.on(broker);
  }

  <P> void start(Task<P> task, TaskHandler<P> handler) {
    worker = Worker.on(broker).handle(task, handler).listener(signals).start();
  }

  /** Stops the worker that was started last: what it did is safe then. */
  StopReport stop() {
    if (worker == null) {
      throw new IllegalStateException("No worker was started.");
    }
    return worker.stop();
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
    broker.close();
  }
}
