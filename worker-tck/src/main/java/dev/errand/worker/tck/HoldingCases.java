package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.codec.WireFormat;
import dev.errand.worker.Health;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** T: the times of a worker and those that are set for it: the server's and the platform's. */
abstract class HoldingCases extends Cases {
  private static final Duration LONG = Duration.ofSeconds(25);

  private final Told told = new Told();

  HoldingCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("T8 a job that has waited in hand for half the server's consumer time-out is given"
      + " back at no cost, and another worker runs it")
  void waitedTooLong() {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    Duration limit = Duration.ofSeconds(6);
    Broker impatient = new Impatient(bench().broker(), limit);
    bench()
        .start(bench()
            .worker(impatient)
            .concurrency(1)
            .prefetch(2)
            .listener(told)
            .handle(task, bench().journal()::hold));
    bench().client().enqueue(task, "runs");
    bench().await("it runs", () -> bench().journal().running() == 1);
    bench().client().enqueue(task, "waits");
    Broker other = bench().broker();
    bench().await("it is in hand", () -> bench().ready(other, bench().queueOf(task)) == 0);
    BlockingQueue<Map<String, Object>> taken = new LinkedBlockingQueue<>();
    bench()
        .start(bench().worker(other).concurrency(1).prefetch(1).handle(task, (payload, context) -> {
          bench().journal().ran("elsewhere: " + payload, context);
          taken.add(context.headers());
        }));

    boolean elsewhere = bench().happens(LONG, () -> !taken.isEmpty());

    assertThat(elsewhere).as("it runs elsewhere: %s", bench().journal()).isTrue();
    assertThat(bench().journal().runsOf("elsewhere: waits"))
        .extracting(Journal.Run::attempt)
        .containsExactly(1);
    assertThat(taken.remove())
        .doesNotContainKeys(WireFormat.RETURNS, WireFormat.INTERRUPTIONS, WireFormat.DEFERRALS);
    assertThat(bench().journal().running()).as("the first runs still").isEqualTo(1);
    // Another worker has it before the events' thread tells that this one gave it back.
    bench().await("it is told", () -> !told.all(WorkerEvent.GivenBack.class).isEmpty());
    assertThat(told.all(WorkerEvent.GivenBack.class))
        .isNotEmpty()
        .allSatisfy(back -> assertThat(back.waited()).isBetween(limit.dividedBy(2), limit));
    bench().journal().release();
  }

  @Test
  @DisplayName("T9 a time-out that does not fit into the server's consumer time-out, the waiting in"
      + " hand included, is said with all its numbers")
  void timeoutBeyondTheServers() {
    Duration limit = Duration.ofMinutes(5);
    Task<String> fits =
        Task.of("fits", String.class).on(bench().name("queue")).timeout(Duration.ofSeconds(59));
    Task<String> late =
        Task.of("late", String.class).on(bench().name("queue")).timeout(Duration.ofMinutes(1));
    bench()
        .start(bench()
            .worker(new Impatient(bench().broker(), limit))
            .concurrency(2)
            .prefetch(8)
            .listener(told)
            .handle(fits, bench().journal()::ran)
            .handle(late, bench().journal()::ran));

    boolean said =
        bench().happens(LONG, () -> !told.all(WorkerEvent.HeldTooLong.class).isEmpty());

    assertThat(said).as("it is said: %s", told).isTrue();
    assertThat(told.all(WorkerEvent.HeldTooLong.class)).singleElement().satisfies(held -> {
      assertThat(held.task()).isEqualTo("late");
      assertThat(held.timeout()).isEqualTo(Duration.ofMinutes(1));
      assertThat(held.prefetch()).isEqualTo(8);
      assertThat(held.concurrency()).isEqualTo(2);
      assertThat(held.held()).isEqualTo(Duration.ofMinutes(5));
      assertThat(held.consumerTimeout()).isEqualTo(limit);
    });
  }

  @Test
  @DisplayName(
      "T10 a grace period that does not fit into the time after which the platform kills is"
          + " refused at the start, with both")
  void graceBeyondTheKill() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    WorkerBuilder worker = bench()
        .worker(bench().broker())
        .gracePeriod(Duration.ofSeconds(60))
        .killedAfter(Duration.ofSeconds(60))
        .handle(task, bench().journal()::ran);

    assertThatIllegalStateException()
        .isThrownBy(() -> bench().start(worker))
        .withMessageContainingAll("killed after 1 min", "grace period of 1 min");
  }

  @Test
  @DisplayName("T11 a handler without a time-out that runs for half the server's consumer time-out"
      + " is told of once, with its stack; the worker's health says it too, and stays ready")
  void runsForLong() {
    Task<String> task = Task.of("endless", String.class).on(bench().name("queue"));
    Duration limit = Duration.ofSeconds(4);
    Worker worker = bench()
        .start(bench()
            .worker(new Impatient(bench().broker(), limit))
            .concurrency(2)
            .silence(WorkerBuilder.SHORTEST_SILENCE)
            .listener(told)
            .handle(task, bench().journal()::hold));
    bench().client().enqueue(task, "long");
    bench().await("it runs", () -> bench().journal().running() == 1);

    boolean said =
        bench().happens(LONG, () -> !told.all(WorkerEvent.RunsLong.class).isEmpty());

    assertThat(said).as("it is told: %s", told).isTrue();
    WorkerEvent.RunsLong longRun = told.all(WorkerEvent.RunsLong.class).get(0);
    assertThat(longRun.job().task()).isEqualTo("endless");
    assertThat(longRun.ran()).isGreaterThanOrEqualTo(limit.dividedBy(2));
    assertThat(longRun.stack())
        .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("hold"));
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.RUNS_LONG);
    assertThat(worker.health().ready()).as("%s", worker.health()).isTrue();

    bench().client().enqueue(task, "other");
    bench().await("others run beside it", () -> bench().journal().running() == 2);
    bench().journal().release();
    bench().await("both have ended", () -> bench().journal().ended() == 2);
    assertThat(told.all(WorkerEvent.RunsLong.class).stream()
            .filter(each -> each.job().equals(longRun.job())))
        .hasSize(1);
  }
}
