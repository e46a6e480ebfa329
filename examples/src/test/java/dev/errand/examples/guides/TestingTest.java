package dev.errand.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.ManualTime;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples of the guide to testing. */
@Timeout(60)
class TestingTest {
  // @start region="task"
  record Greeting(String name) {}

  static final Task<Greeting> GREET = Task.of("letters.greet", Greeting.class)
      .on("letters")
      .retrying(RetryPolicy.exponential(Duration.ofMinutes(1)).attempts(2));

  /** What the handlers of these tests have done. */
  private final Queue<String> sent = new ConcurrentLinkedQueue<>();
  // @end

  // @start region="setup"
  private final ManualTime time = ManualTime.create();
  private final Broker broker = Broker.open("memory:", time);
  private final TaskClient tasks = TaskClient.on(broker);
  private final Signals signals = new Signals();

  @AfterEach
  void close() {
    broker.close();
  }

  private Worker worker(TaskHandler<Greeting> handler) {
    return Worker.on(broker).handle(GREET, handler).listener(signals).start();
  }
  // @end

  // @start region="done"
  @Test
  void job_isDone() throws InterruptedException {
    try (Worker worker = worker((greeting, job) -> sent.add("Dear " + greeting.name()))) {
      tasks.enqueue(GREET, new Greeting("Ann"));

      signals.await(WorkerEvent.Succeeded.class);
      assertThat(sent).containsExactly("Dear Ann");
      assertThat(worker.stop().orderly()).isTrue();
    }
  }
  // @end

  // @start region="retry"
  @Test
  void failedJob_isTriedAgain_whenItsTimeHasCome() throws InterruptedException {
    try (Worker worker = worker((greeting, job) -> {
      if (job.attempt() == 1) {
        throw new IllegalStateException("no ink");
      }
      sent.add("Dear " + greeting.name());
    })) {
      tasks.enqueue(GREET, new Greeting("Ann"));

      signals.await(WorkerEvent.Retrying.class);
      assertThat(sent).isEmpty();
      advanceUntil(WorkerEvent.Succeeded.class);
      assertThat(sent).containsExactly("Dear Ann");
      assertThat(worker.stop().orderly()).isTrue();
    }
  }

  /** Moves the clock from one thing that is due to the next, until this is told. */
  private void advanceUntil(Class<? extends WorkerEvent> kind) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          time.untilNext().ifPresent(time::advance);
          return signals.has(kind);
        });
  }
  // @end

  // @start region="delay"
  @Test
  void delayedJob_waitsForItsTime() throws InterruptedException {
    try (Worker worker = worker((greeting, job) -> sent.add("Dear " + greeting.name()))) {
      tasks.enqueue(GREET, new Greeting("Ann"), EnqueueOptions.in(Duration.ofDays(30)));

      time.advance(Duration.ofDays(29));
      assertThat(broker.inspect("letters", 0).join().ready()).isZero();
      time.advance(Duration.ofDays(1));
      signals.await(WorkerEvent.Succeeded.class);
      assertThat(worker.stop().orderly()).isTrue();
    }
  }
  // @end

  // @start region="dead"
  @Test
  void jobThatNeverSucceeds_isADeadLetterWithItsReason() throws InterruptedException {
    try (Worker worker = worker((greeting, job) -> {
      throw new IllegalStateException("no ink");
    })) {
      tasks.enqueue(GREET, new Greeting("Ann"));
      signals.await(WorkerEvent.Retrying.class);
      advanceUntil(WorkerEvent.DeadLettered.class);

      worker.stop(); // waits until the dead letter is in its queue
    }
    List<Message> dead = broker.inspect("letters.dead", 10).join().head();
    assertThat(dead).hasSize(1);
    assertThat(dead.get(0).headers().get(WireFormat.FAILURE_MESSAGE)).asString().contains("no ink");
  }
  // @end

  // @start region="enqueued"
  @Test
  void signup_enqueuesAGreeting() {
    new SignUp(tasks).of("Ann");

    assertThat(broker.inspect("letters", 10).join().head())
        .extracting(Message::type)
        .containsExactly("letters.greet");
  }
  // @end

  /** Application code that only enqueues. */
  private record SignUp(TaskClient tasks) {
    void of(String name) {
      tasks.enqueue(GREET, new Greeting(name));
    }
  }

  // @start region="rabbit"
  @Test
  void job_isDoneOverRabbitMq() throws InterruptedException {
    Task<Greeting> greet =
        Task.of("letters.greet", Greeting.class).on("letters-" + UUID.randomUUID());
    try (Broker rabbit = Broker.open(RabbitServer.shared().address());
        Worker worker = Worker.on(rabbit)
            .handle(greet, (greeting, job) -> sent.add("Dear " + greeting.name()))
            .listener(signals)
            .start()) {
      TaskClient.on(rabbit).enqueue(greet, new Greeting("Ann"));

      signals.await(WorkerEvent.Succeeded.class);
      assertThat(sent).containsExactly("Dear Ann");
      assertThat(worker.stop().orderly()).isTrue();
    }
  }
  // @end
}
