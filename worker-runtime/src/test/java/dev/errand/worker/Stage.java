package dev.errand.worker;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Route;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A broker in memory on a clock moved by hand, a task, a client, and one who hears all. */
final class Stage implements AutoCloseable {
  static final String QUEUE = "greetings";

  static final Task<String> GREET = Task.of("greet", String.class)
      .on(QUEUE)
      .retrying(RetryPolicy.every(Duration.ofSeconds(5)).attempts(3));

  final ManualTime time = ManualTime.create();
  final Broker broker = Broker.open("memory:", time);
  final TaskClient client = TaskClient.on(broker);
  final Recorder events = new Recorder();

  private @Nullable Worker worker;

  WorkerBuilder worker() {
    return Worker.on(broker).name("test").concurrency(2).listener(events);
  }

  /** Starts a worker that ends with the stage, if not before. */
  Worker start(WorkerBuilder builder) {
    Worker started = builder.start();
    worker = started;
    return started;
  }

  StopReport stop() {
    return Objects.requireNonNull(worker, "no worker was started").stop();
  }

  /** As a foreign sender does; the queue has to stand. */
  void publish(Message message) {
    broker.publish(Publication.of(message, Route.queue(QUEUE))).join();
  }

  QueueReport report(String queue) {
    return broker.inspect(queue, 0).join();
  }

  List<Message> dead() {
    return broker.inspect(QUEUE + ".dead", 10).join().head();
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
    broker.close();
  }
}
