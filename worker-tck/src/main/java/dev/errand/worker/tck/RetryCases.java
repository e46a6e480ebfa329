package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** S: retry. */
abstract class RetryCases extends Cases {
  RetryCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("S1 a failed job is retried by its task's policy: attempts, delays, exception types")
  void byPolicy() {
    Task<String> task = Task.of("fail", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.exponential(Duration.ofMillis(400))
            .attempts(3)
            .givingUpOn(ArithmeticException.class));
    bench().start(bench().worker(bench().broker()).handle(task, (payload, context) -> {
      bench().journal().ran(payload, context);
      if (payload.equals("heals") && context.attempt() == 2) {
        return;
      }
      throw payload.equals("fatal") ? new ArithmeticException() : new IllegalStateException();
    }));

    bench().client().enqueueAll(task, List.of("heals", "fails", "fatal"));

    Bench.Taker letters = bench().taker(WireFormat.deadLettersOf(bench().queueOf(task)));
    bench().await("two are dead", () -> letters.messages().size() == 2);
    bench().await("one heals", () -> bench().journal().runsOf("heals").size() == 2);
    assertThat(bench().journal().attemptsOf("heals")).containsExactly(1, 2);
    assertThat(bench().journal().attemptsOf("fails")).containsExactly(1, 2, 3);
    assertThat(bench().journal().attemptsOf("fatal")).containsExactly(1);
    List<Duration> pauses = bench().journal().pausesOf("fails");
    assertThat(pauses.get(0)).isBetween(Duration.ofMillis(400), latest(400));
    assertThat(pauses.get(1)).isBetween(Duration.ofMillis(800), latest(800));
    assertThat(letters.messages())
        .extracting(letter -> WireFormat.count(letter, WireFormat.ATTEMPT, 1))
        .containsExactlyInAnyOrder(1, 3);
  }

  /** Jitter, a step of the broker, and its lateness. */
  private Duration latest(long millis) {
    return Duration.ofMillis(millis + millis / 10).plusMillis(100).plus(bench().lateness());
  }

  @Test
  @DisplayName(
      "S2 the delay is never shorter than the policy says: no attempt begins sooner after the one before")
  void neverShorter() {
    Task<String> task = Task.of("fail", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.every(Duration.ofMillis(250)).attempts(6));
    bench().start(bench().worker(bench().broker()).handle(task, (payload, context) -> {
      bench().journal().ran(payload, context);
      throw new IllegalStateException("always");
    }));

    bench().client().enqueue(task, "fails", EnqueueOptions.NONE);

    bench().await("six attempts", () -> bench().journal().attemptsOf("fails").contains(6));
    // An attempt may run twice, as when its copy's answer does not come in time: the first counts.
    for (int attempt = 2; attempt <= 6; attempt++) {
      assertThat(bench().journal().pauseBefore(attempt, "fails"))
          .as("the pause before attempt %s; %s", attempt, bench().journal())
          .isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }
  }

  @Test
  @DisplayName("S6 a job is acknowledged only when its handler has run")
  void acknowledgedAfterwards() {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    Broker broker = bench().broker();
    bench().start(bench().worker(broker).handle(task, bench().journal()::hold));
    bench().client().enqueue(task, "slow", EnqueueOptions.withId("mine"));
    bench().await("it runs", () -> bench().journal().running() == 1);

    bench().cutOff(broker);
    assertThat(bench().drainReturned(bench().queueOf(task)))
        .as("delivered again")
        .extracting(Message::id)
        .containsExactly("mine");

    Broker second = bench().broker();
    Worker worker = bench().start(bench().worker(second).handle(task, bench().journal()::ran));
    bench().client().enqueue(task, "quick");
    bench().await("it has run", () -> !bench().journal().runsOf("quick").isEmpty());
    bench().get(bench().stop(worker), "stopped");
    assertThat(bench().drain(bench().queueOf(task))).as("left after it has run").isEmpty();
  }
}
