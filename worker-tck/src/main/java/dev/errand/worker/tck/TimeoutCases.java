package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Cancellation;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskContext;
import dev.errand.TimedOutException;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Job;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** T: what a time-out does to a handler, its job and its thread. */
abstract class TimeoutCases extends Cases {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(25);

  private final Told told = new Told();
  private final CountDownLatch go = new CountDownLatch(1);

  TimeoutCases(WorkerContract contract) {
    super(contract);
  }

  @AfterEach
  final void letGo() {
    go.countDown();
  }

  private Task<String> task(RetryPolicy policy) {
    return Task.of("bounded", String.class).on(bench().name("queue")).retrying(policy);
  }

  private WorkerBuilder worker() {
    return bench().worker(bench().broker()).concurrency(1).listener(told);
  }

  /** As code that no interrupt ends. */
  private void deaf() {
    boolean on = true;
    while (on) {
      try {
        go.await();
        on = false;
      } catch (InterruptedException ignored) {
        // That is what this code does.
      }
    }
  }

  @Test
  @DisplayName("T1 a handler beyond its time-out is interrupted, and its attempt has failed with an"
      + " error that names task, time-out and remedy")
  void beyondItsTimeout() {
    Task<String> task =
        task(RetryPolicy.every(Duration.ofMillis(100)).attempts(2)).timeout(TIMEOUT);
    bench().start(worker().handle(task, bench().journal()::hold));
    bench().client().enqueue(task, "slow");

    boolean dead =
        bench().happens(LONG, () -> told.all(WorkerEvent.DeadLettered.class).size() == 1);

    assertThat(dead).as("it gives up: %s", bench().journal()).isTrue();
    assertThat(bench().journal().attemptsOf("slow")).containsExactly(1, 2);
    assertThat(bench().journal().interrupted()).isEqualTo(2);
    Message letter = bench().only(WireFormat.deadLettersOf(bench().queueOf(task)));
    assertThat(letter.headers())
        .containsEntry(WireFormat.FAILURE_TYPE, TimedOutException.class.getName())
        .doesNotContainKey(WireFormat.INTERRUPTIONS);
    assertThat("" + letter.headers().get(WireFormat.FAILURE_MESSAGE))
        .contains("'bounded'", "1 s", "Task.timeout");
  }

  @Test
  @DisplayName("T2 a handler that ends in its time is not interrupted, and runs once")
  void withinItsTimeout() {
    Duration timeout = Duration.ofSeconds(3);
    Task<String> task =
        task(RetryPolicy.every(Duration.ofMillis(100)).attempts(2)).timeout(timeout);
    bench().start(worker().handle(task, bench().journal()::hold));
    bench().client().enqueue(task, "quick");
    bench().await("it runs", () -> !bench().journal().runs().isEmpty());
    bench()
        .watch(
            "not interrupted before its time",
            Duration.ofMillis(500),
            () -> bench().journal().interrupted() == 0);
    bench().journal().release();

    bench()
        .await(
            "its success is told", () -> !told.all(WorkerEvent.Succeeded.class).isEmpty());
    bench().watch("it runs no more", timeout, () -> bench().journal().runs().size() == 1);
    assertThat(bench().journal().ended()).isEqualTo(1);
    assertThat(told.all(WorkerEvent.Succeeded.class)).hasSize(1);
  }

  @Test
  @DisplayName("T3 a handler that ignores its time-out is reported with its stack, and another"
      + " thread runs jobs in its place")
  void ignoredTimeout() {
    Task<String> task = task(RetryPolicy.never()).timeout(TIMEOUT);
    bench().start(worker().handle(task, (payload, context) -> {
      bench().journal().ran(payload, context);
      if (payload.equals("deaf")) {
        deaf();
      }
    }));
    bench().client().enqueueAll(task, List.of("deaf", "next"));

    boolean goesOn =
        bench().happens(LONG, () -> !bench().journal().runsOf("next").isEmpty());

    assertThat(goesOn).as("the next runs: %s", bench().journal()).isTrue();
    // The other thread runs jobs before the events' thread tells why it does.
    bench().await("it is reported", () -> !told.all(WorkerEvent.Stuck.class).isEmpty());
    assertThat(told.all(WorkerEvent.Stuck.class)).singleElement().satisfies(stuck -> {
      assertThat(stuck.job().task()).isEqualTo("bounded");
      assertThat(stuck.ran()).isGreaterThanOrEqualTo(TIMEOUT.plus(WorkerBuilder.UNWINDING));
      assertThat(stuck.stack())
          .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("deaf"));
    });
  }

  @Test
  @DisplayName("T4 the delivery of a handler that ignores its time-out is settled once, whatever it"
      + " does later: return, throw, call its context")
  void settledOnce() {
    Task<String> task = task(RetryPolicy.never()).timeout(TIMEOUT);
    BlockingQueue<TaskContext> late = new LinkedBlockingQueue<>();
    Worker worker = bench().start(worker().concurrency(2).handle(task, (payload, context) -> {
      deaf();
      late.add(context);
      if (payload.equals("throws")) {
        throw new IllegalStateException("late");
      }
    }));
    bench().client().enqueueAll(task, List.of("returns", "throws"));
    boolean dead =
        bench().happens(LONG, () -> told.all(WorkerEvent.DeadLettered.class).size() == 2);
    assertThat(dead).as("both have failed: %s", told).isTrue();

    go.countDown();
    bench().await("both are over", () -> late.size() == 2);

    assertThat(late).allSatisfy(context -> {
      assertThat(context.cancellation()).hasValue(Cancellation.TIMED_OUT);
      assertThat(context.remaining()).hasValue(Duration.ZERO);
      assertThat(context.headers()).containsKey(WireFormat.ENQUEUED_AT);
    });
    StopReport report = bench().get(bench().stop(worker), "stopped");
    assertThat(report.unsettled()).isEmpty();
    String queue = bench().queueOf(task);
    assertThat(bench().drain(WireFormat.deadLettersOf(queue))).hasSize(2);
    assertThat(bench().drain(queue)).isEmpty();
    assertThat(told.all(WorkerEvent.Succeeded.class)).isEmpty();
    assertThat(told.all(WorkerEvent.DeadLettered.class)).hasSize(2);
  }

  @Test
  @DisplayName(
      "T5 a worker with as many stuck handlers as it may have says so, and goes on when one"
          + " of them ends")
  void boundOfStuckOnes() {
    Task<String> task = task(RetryPolicy.never()).timeout(TIMEOUT);
    bench().start(worker().handle(task, (payload, context) -> {
      bench().journal().ran(payload, context);
      if (payload.startsWith("deaf")) {
        deaf();
      }
    }));
    bench().client().enqueueAll(task, List.of("deaf 1", "deaf 2", "next"));

    boolean said =
        bench().happens(LONG, () -> !told.all(WorkerEvent.SlotLost.class).isEmpty());

    assertThat(said).as("it says so: %s", told).isTrue();
    WorkerEvent.SlotLost lost = told.all(WorkerEvent.SlotLost.class).get(0);
    assertThat(lost.stuck()).isEqualTo(2);
    assertThat(lost.slots()).isZero();
    assertThat(bench().journal().runsOf("next")).isEmpty();
    go.countDown();
    bench().await("it goes on", () -> !bench().journal().runsOf("next").isEmpty());
  }

  @Test
  @DisplayName("T12 a job that ignores its time-out is not begun again by the worker on which it"
      + " still runs: it is put off, and takes one slot")
  void stuckOnceOnly() {
    Task<String> task =
        task(RetryPolicy.every(Duration.ofMillis(100)).attempts(9)).timeout(TIMEOUT);
    bench().start(worker().concurrency(2).handle(task, this::deafOrNext));
    bench().client().enqueue(task, "deaf");

    assertTakesOneSlot(task);
    assertThat(told.all(WorkerEvent.StillRuns.class))
        .as("its retry is put off")
        .extracting(still -> still.job().attempt())
        .containsOnly(2);
  }

  @Test
  @DisplayName("T13 a job whose connection was lost is not begun again by the worker on which it"
      + " still runs: it is put off, and takes one slot")
  void cutOffOnceOnly() {
    Task<String> task = task(RetryPolicy.every(Duration.ofMillis(100)).attempts(9));
    bench().start(worker().concurrency(2).handle(task, this::deafOrNext));
    bench().client().enqueue(task, "deaf");
    bench().await("it runs", () -> !bench().journal().runs().isEmpty());
    bench().server().cutConnections();

    assertTakesOneSlot(task);
    assertThat(told.all(WorkerEvent.StillRuns.class))
        .extracting(still -> still.job().attempt())
        .containsOnly(1);
    assertThat(told.all(WorkerEvent.CameBack.class))
        .as("counted as it came back, and no more")
        .hasSize(1);
  }

  private void deafOrNext(String payload, TaskContext context) {
    bench().journal().ran(payload, context);
    if (payload.equals("deaf")) {
      deaf();
    }
  }

  /** Two may run, one of which is deaf. */
  private void assertTakesOneSlot(Task<String> task) {
    boolean again = bench()
        .happens(
            LONG,
            () -> !told.all(WorkerEvent.StillRuns.class).isEmpty()
                || bench().journal().runsOf("deaf").size() > 1);

    assertThat(again).as("it comes again: %s", told).isTrue();
    assertThat(bench().journal().runsOf("deaf")).as("its runs").hasSize(1);
    TaskClient client = bench().client();
    bench().get(bench().aside(() -> client.enqueue(task, "next")), "enqueued");
    bench().await("another runs", () -> !bench().journal().runsOf("next").isEmpty());
    assertThat(bench().journal().runsOf("deaf")).as("its runs").hasSize(1);
  }

  @Test
  @DisplayName("T6 a time-out within the grace period of a stop is a failure, and no interruption")
  void timeoutDuringAStop() {
    Task<String> task =
        task(RetryPolicy.every(Duration.ofMillis(100)).attempts(2)).timeout(TIMEOUT);
    Worker worker = bench()
        .start(worker().gracePeriod(Duration.ofSeconds(20)).handle(task, bench().journal()::hold));
    bench().client().enqueue(task, "slow");
    bench().await("it runs", () -> bench().journal().running() == 1);

    StopReport report = bench().get(bench().stop(worker), "stopped");

    assertThat(report.interrupted()).extracting(Job::task).as("by the stop").isEmpty();
    assertThat(report.orderly()).as(report.toString()).isTrue();
    Message retry = bench().only(bench().queueOf(task));
    assertThat(WireFormat.count(retry, WireFormat.ATTEMPT, 1)).isEqualTo(2);
    assertThat(WireFormat.count(retry, WireFormat.INTERRUPTIONS, 0)).isZero();
  }

  @Test
  @DisplayName("T7 a handler's context tells, on any thread, how much time is left and why it is to"
      + " end: its time-out, or a stop")
  void contextTells() {
    Duration timeout = Duration.ofSeconds(3);
    Duration grace = Duration.ofSeconds(20);
    Task<String> bounded = task(RetryPolicy.never()).timeout(timeout);
    Task<String> free = Task.of("free", String.class).on(bench().name("queue"));
    BlockingQueue<TaskContext> contexts = new LinkedBlockingQueue<>();
    Worker worker = bench()
        .start(worker()
            .concurrency(2)
            .gracePeriod(grace)
            .handle(bounded, (payload, context) -> {
              contexts.add(context);
              deaf();
            })
            .handle(free, (payload, context) -> {
              contexts.add(context);
              deaf();
            }));
    // The bounded one last, whose time begins to run with it.
    TaskClient client = bench().client();
    client.enqueue(free, "free");
    bench().await("it runs", () -> contexts.size() == 1);
    client.enqueue(bounded, "bounded");
    bench().await("both run", () -> contexts.size() == 2);
    TaskContext second = contexts.remove();
    TaskContext first = contexts.remove();

    assertThat(first.remaining())
        .hasValueSatisfying(
            left -> assertThat(left).isLessThanOrEqualTo(timeout).isPositive());
    assertThat(first.cancelled()).isFalse();
    assertThat(second.remaining()).isEmpty();
    assertThat(second.cancelled()).isFalse();

    assertThat(bench().happens(LONG, first::cancelled))
        .as("told of its time-out")
        .isTrue();
    assertThat(first.cancellation()).hasValue(Cancellation.TIMED_OUT);
    assertThat(first.remaining()).hasValue(Duration.ZERO);

    CompletableFuture<StopReport> stop = bench().stop(worker);
    bench().await("it is told of the stop", second::cancelled);
    assertThat(second.cancellation()).hasValue(Cancellation.STOPPING);
    assertThat(second.remaining())
        .hasValueSatisfying(left -> assertThat(left).isLessThanOrEqualTo(grace).isPositive());
    go.countDown();
    bench().get(stop, "stopped");
  }

  @Test
  @DisplayName("T14 a handler whose connection is lost is told so by its context, as its job runs"
      + " once more; it is not interrupted")
  void contextTellsOfALoss() {
    Task<String> task = task(RetryPolicy.never());
    BlockingQueue<TaskContext> contexts = new LinkedBlockingQueue<>();
    bench().start(worker().handle(task, (payload, context) -> {
      contexts.add(context);
      bench().journal().hold(payload, context);
    }));
    bench().client().enqueue(task, "job");
    bench().await("it runs", () -> contexts.size() == 1);
    TaskContext first = contexts.remove();
    assertThat(first.cancelled()).isFalse();

    bench().server().cutConnections();

    boolean said = bench().happens(LONG, first::cancelled);
    assertThat(said).as("told of it: %s", told).isTrue();
    assertThat(first.cancellation()).hasValue(Cancellation.LOST);
    assertThat(first.remaining()).isEmpty();
    assertThat(bench().journal().interrupted()).isZero();
    bench().journal().release();
    bench().await("its job runs once more", () -> contexts.size() == 1);
  }
}
