package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.worker.Job;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** J: shutdown. */
abstract class ShutdownCases extends Cases {
  private static final Duration GRACE = Duration.ofSeconds(20);

  ShutdownCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("J1 a running handler completes within the grace period")
  void runningHandlerCompletes() {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    Worker worker = startHolding(task, GRACE);
    bench().client().enqueue(task, "slow");
    bench().await("it runs", () -> bench().journal().running() == 1);

    CompletableFuture<StopReport> stop = bench().stop(worker);
    bench().await("it is told", () -> bench().journal().stopping());
    bench().watch("it goes on", Duration.ofMillis(300), () -> bench().journal().running() == 1);
    bench().journal().release();

    StopReport report = bench().get(stop, "stopped");
    assertThat(bench().journal().ended()).isEqualTo(1);
    assertThat(bench().journal().interrupted()).isZero();
    assertThat(report.orderly()).as(report.toString()).isTrue();
    assertThat(bench().drain(bench().queueOf(task))).isEmpty();
  }

  @Test
  @DisplayName("J2 what has not begun is back on the broker at once, before the running ones end")
  void notBegunIsGivenBack() {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    Worker worker = startHolding(task, GRACE);
    bench().client().enqueueAll(task, List.of("a", "b", "c", "d", "e"));
    Broker other = bench().broker();
    bench().await("one runs", () -> bench().journal().running() == 1);
    bench().await("it holds all", () -> bench().ready(other, bench().queueOf(task)) == 0);

    CompletableFuture<StopReport> stop = bench().stop(worker);
    bench().await("it is told", () -> bench().journal().stopping());
    Bench.Taker taker = bench().taker(bench().queueOf(task));
    bench().await("four are back", () -> taker.messages().size() >= 4);

    assertThat(bench().journal().running()).as("still runs").isEqualTo(1);
    assertThat(taker.redeliveries()).as("counted as lost").isZero();
    bench().journal().release();
    StopReport report = bench().get(stop, "stopped");
    assertThat(report.givenBack()).isEqualTo(4);
    assertThat(report.orderly()).as(report.toString()).isTrue();
    assertThat(bench().journal().runs()).hasSize(1);
  }

  @Test
  @DisplayName(
      "J3 at the deadline the rest is interrupted and given back, with one interruption and"
          + " the same attempt")
  void restIsInterrupted() {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    Worker worker = startHolding(task, Duration.ofMillis(300));
    bench().client().enqueue(task, "slow");
    bench().await("it runs", () -> bench().journal().running() == 1);

    StopReport report = bench().get(bench().stop(worker), "stopped");

    assertThat(bench().journal().interrupted()).isEqualTo(1);
    assertThat(report.interrupted()).extracting(Job::task).containsExactly("hold");
    assertThat(report.stillRunning()).isEmpty();
    assertThat(report.unsettled()).isEmpty();
    Bench.Taker taker = bench().taker(bench().queueOf(task));
    bench().await("it is back", () -> !taker.messages().isEmpty());
    Message back = taker.messages().get(0);
    assertThat(WireFormat.count(back, WireFormat.INTERRUPTIONS, 0)).isEqualTo(1);
    assertThat(WireFormat.count(back, WireFormat.ATTEMPT, 1)).isEqualTo(1);
    assertThat(WireFormat.count(back, WireFormat.RETURNS, 0)).isZero();
    assertThat(taker.redeliveries()).isZero();
  }

  private Worker startHolding(Task<String> task, Duration gracePeriod) {
    return bench()
        .start(bench()
            .worker(bench().broker())
            .concurrency(1)
            .prefetch(10)
            .gracePeriod(gracePeriod)
            .handle(task, bench().journal()::hold));
  }
}
