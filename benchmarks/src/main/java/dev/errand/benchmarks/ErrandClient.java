package dev.errand.benchmarks;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The same through Errand, with everything that it guarantees. */
final class ErrandClient implements Contender {
  private static final int PREFETCH = 256;

  private final Broker broker;
  private final TaskClient tasks;
  private final Task<Note> task;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private CountDownLatch confirmed = new CountDownLatch(0);
  private CountDownLatch handled = new CountDownLatch(0);
  private @Nullable Worker worker;

  ErrandClient(String address, String queue) {
    broker = Broker.open(address);
    broker.ready(Duration.ofSeconds(10));
    tasks = TaskClient.on(broker);
    task = Task.of("benchmarks.note", Note.class).on(queue);
  }

  @Override
  public void enqueue(int jobs) throws Exception {
    confirmed = new CountDownLatch(jobs);
    for (int i = 0; i < jobs; i++) {
      var unused = tasks
          .enqueueAsync(task, Note.of(i), EnqueueOptions.NONE)
          .whenComplete((receipt, error) -> confirmed(error));
    }
    confirmed.await();
    Throwable error = failure.get();
    if (error != null) {
      throw new IllegalStateException("A job was not enqueued.", error);
    }
  }

  private void confirmed(@Nullable Throwable error) {
    if (error != null) {
      failure.set(error);
    }
    confirmed.countDown();
  }

  @Override
  public void consume(int jobs) {
    handled = new CountDownLatch(jobs);
    worker = Worker.on(broker)
        .handle(task, (note, context) -> handled.countDown())
        .concurrency(1)
        .prefetch(PREFETCH)
        .start();
  }

  @Override
  public void drain() throws Exception {
    handled.await();
    Worker running = worker;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
