package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;
import static dev.errand.errors.Bound.after;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

@SuppressWarnings("try") // What is open need not be named.
final class ClosingTest extends Chapter {
  private static final Task<Upload> RENDER =
      Task.of("uploads.render", Upload.class).on("uploads");
  private static final EnqueueOptions JOB = EnqueueOptions.withId("job-1");
  private static final Upload UPLOAD = new Upload("a.md");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofMillis(200);

  /** How long an interrupted handler may go on before it is held to ignore its interrupt. */
  private static final Duration INTERRUPTS = Duration.ofSeconds(2);

  private static final String SOONER =
      "Let handlers end sooner or at an interrupt, or give a longer grace period.";

  ClosingTest() {
    super("Closing a worker");
  }

  @Override
  void failures() {
    told(
        "A worker is closed with jobs that have not begun",
        WorkerEvent.Stopped.class,
        AT_ONCE,
        "Leave it to another worker, or start one.",
        ClosingTest::closesWithJobsThatHaveNotBegun);
    told(
        "A worker is closed while a job runs beyond the grace period",
        WorkerEvent.Interrupted.class,
        after("the grace period", GRACE),
        SOONER,
        witness -> closes(witness, CountDownLatch::await));
    told(
        "A worker is closed and a handler ignores its interrupt",
        WorkerEvent.Stopped.class,
        after("the grace period and 2 seconds", GRACE.plus(INTERRUPTS)),
        SOONER,
        witness -> closes(witness, ClosingTest::ignoringInterrupts));
    thrown(
        "A handler waits for its own worker to stop",
        IllegalStateException.class,
        AT_ONCE,
        "Call stop(), which then returns at once, or wait on a thread of your own.",
        witness -> {
          CompletableFuture<Worker> self = new CompletableFuture<>();
          CountDownLatch tried = new CountDownLatch(1);
          TaskHandler<Upload> waiting = (upload, job) -> {
            Worker worker = self.join();
            witness.tries(worker::awaitStop);
            tried.countDown();
          };
          try (Broker broker = Broker.open("memory:");
              Worker worker = worker(broker, witness).handle(RENDER, waiting).start()) {
            self.complete(worker);
            TaskClient.on(broker).enqueue(RENDER, UPLOAD, JOB);
            tried.await();
          }
        });
  }

  private static void closesWithJobsThatHaveNotBegun(Witness witness) throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    TaskHandler<Upload> handler = (upload, job) -> {
      running.countDown();
      end.await();
    };
    try (Broker broker = Broker.open("memory:")) {
      WorkerBuilder single = worker(broker, witness).concurrency(1).prefetch(3);
      try (Worker worker = single.handle(RENDER, handler).start()) {
        TaskClient.on(broker).enqueueAll(RENDER, List.of(UPLOAD, UPLOAD, UPLOAD));
        running.await();
        witness.begins();
        CompletableFuture<?> stop = CompletableFuture.runAsync(worker::stop);
        awaitGivenBack(broker, 2);
        end.countDown();
        stop.join();
        witness.hears();
      }
    }
  }

  private static void awaitGivenBack(Broker broker, long count) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long ready = 0;
    while (ready < count) {
      ready = broker.inspect("uploads", 0).join().ready();
      if (System.nanoTime() > deadline) {
        throw new AssertionError(ready + " jobs were given back, and not " + count);
      }
    }
  }

  /** What a handler does until the test ends. */
  @FunctionalInterface
  private interface Waiting {
    void on(CountDownLatch end) throws InterruptedException;
  }

  private static void closes(Witness witness, Waiting waiting) throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    TaskHandler<Upload> handler = (upload, job) -> {
      running.countDown();
      waiting.on(end);
    };
    try (Broker broker = Broker.open("memory:");
        Worker worker =
            worker(broker, witness).gracePeriod(GRACE).handle(RENDER, handler).start()) {
      TaskClient.on(broker).enqueue(RENDER, UPLOAD, JOB);
      running.await();
      witness.begins();
      worker.close();
      witness.hears();
    } finally {
      end.countDown();
    }
  }

  private static void ignoringInterrupts(CountDownLatch end) {
    boolean ended = false;
    while (!ended) {
      try {
        end.await();
        ended = true;
      } catch (InterruptedException ignored) {
        // As the worst handler does.
      }
    }
  }

  private static WorkerBuilder worker(Broker broker, Witness witness) {
    return Worker.on(broker).name("renderer").listener(witness);
  }
}
