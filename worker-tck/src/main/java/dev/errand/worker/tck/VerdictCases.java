package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Discard;
import dev.errand.GiveUp;
import dev.errand.RetryLater;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** S: what handlers decide, and what policies say besides numbers and delays. */
abstract class VerdictCases extends Cases {
  private static final Duration STEP = Duration.ofMillis(300);

  VerdictCases(WorkerContract contract) {
    super(contract);
  }

  private Task<String> task(RetryPolicy policy) {
    return Task.of("decide", String.class).on(bench().name("queue")).retrying(policy);
  }

  private Worker start(Broker broker, Task<String> task, TaskHandler<String> handler) {
    return bench()
        .start(bench()
            .worker(broker)
            .concurrency(1)
            .prefetch(2)
            .gracePeriod(Duration.ZERO)
            .handle(task, handler));
  }

  /** The one dead letter of the task's queue. */
  private Message deadLetter(Task<String> task) {
    return bench().only(WireFormat.deadLettersOf(bench().queueOf(task)));
  }

  private static String reason(Message letter) {
    return "" + letter.headers().get(WireFormat.FAILURE_REASON);
  }

  @Test
  @DisplayName(
      "S3 a job that its handler puts off runs again when it said, costs no attempt, and is dead when its policy's bound is reached")
  void puttingOffIsBounded() {
    Task<String> task = task(RetryPolicy.never().deferrals(3));
    start(bench().broker(), task, (payload, context) -> {
      bench().journal().ran(payload, context);
      throw new RetryLater(STEP, "the printer is out");
    });

    bench().client().enqueue(task, "waits");

    Message letter = deadLetter(task);
    assertThat(bench().journal().attemptsOf("waits")).containsExactly(1, 1, 1, 1);
    assertThat(bench().journal().pausesOf("waits"))
        .allSatisfy(pause -> assertThat(pause).isGreaterThanOrEqualTo(STEP));
    assertThat(reason(letter)).startsWith("the printer is out; put off 3 times");
    assertThat(WireFormat.count(letter, WireFormat.ATTEMPT, 1)).isEqualTo(1);
    assertThat(WireFormat.count(letter, WireFormat.DEFERRALS, 0)).isEqualTo(3);
  }

  @Test
  @DisplayName(
      "S4 a job that its handler gives up is dead at once, and one that it discards is acknowledged and told, however deep the verdict is wrapped")
  void giveUpAndDiscardAtOnce() {
    Task<String> task = task(RetryPolicy.every(STEP).attempts(5));
    Collection<String> discarded = new ConcurrentLinkedQueue<>();
    Worker worker = bench()
        .start(bench()
            .worker(bench().broker())
            .listener(event -> {
              if (event instanceof WorkerEvent.Discarded told) {
                discarded.add(told.reason());
              }
            })
            .handle(task, (payload, context) -> {
              bench().journal().ran(payload, context);
              switch (payload) {
                case "lost" ->
                  throw new CompletionException(
                      new GiveUp("no such account", new IllegalStateException("404")));
                case "late" -> throw new IllegalStateException(new Discard("cancelled"));
                default -> {
                  // Done.
                }
              }
            }));

    bench().client().enqueueAll(task, List.of("lost", "late", "good"));

    bench().await("the last runs", () -> !bench().journal().runsOf("good").isEmpty());
    Message letter = deadLetter(task);
    bench()
        .await(
            "one is discarded, or fails",
            () -> !discarded.isEmpty() || bench().journal().runsOf("late").size() > 1);
    bench().get(bench().stop(worker), "stopped");
    assertThat(reason(letter)).isEqualTo("no such account");
    assertThat(letter.headers())
        .containsEntry(WireFormat.FAILURE_TYPE, IllegalStateException.class.getName())
        .containsEntry(WireFormat.FAILURE_MESSAGE, "404");
    assertThat(discarded).containsExactly("cancelled");
    assertThat(bench().journal().attemptsOf("lost")).containsExactly(1);
    assertThat(bench().journal().attemptsOf("late")).containsExactly(1);
    assertThat(bench().drain(bench().queueOf(task))).as("left in the queue").isEmpty();
  }

  @Test
  @DisplayName(
      "S5 the attempt that a handler sees is right after a failure, a deferral, an interruption, a loss and a release")
  void attemptIsRight() {
    Task<String> task = task(RetryPolicy.every(STEP).attempts(30));
    Broker first = bench().broker();
    Worker interrupted = start(first, task, this::decide);
    bench().client().enqueue(task, "job");
    awaitRuns(3);
    bench().client().enqueue(task, "behind");
    bench().await("it is in hand", () -> bench().ready(first, bench().queueOf(task)) == 0);
    bench().get(bench().stop(interrupted), "stopped");

    Broker second = bench().broker();
    start(second, task, this::decide);
    awaitRuns(4);
    bench().cutOff(second);

    start(bench().broker(), task, this::decide);
    awaitRuns(6);
    bench().await("the other ran", () -> !bench().journal().runsOf("behind").isEmpty());
    assertThat(bench().journal().attemptsOf("job"))
        .as("a failure, a deferral, an interruption, a loss, another failure, and the end")
        .containsExactly(1, 2, 2, 2, 2, 3);
    assertThat(bench().journal().attemptsOf("behind")).as("released").containsOnly(1);
  }

  private void awaitRuns(int runs) {
    bench().await("run " + runs, () -> bench().journal().runsOf("job").size() >= runs);
  }

  /** Each run of the job ends in another way. */
  private void decide(String payload, TaskContext context) throws InterruptedException {
    int before = bench().journal().runsOf("job").size();
    if (payload.equals("job") && (before == 2 || before == 3)) {
      bench().journal().hold(payload, context);
      return;
    }
    bench().journal().ran(payload, context);
    if (payload.equals("job") && before == 1) {
      throw new RetryLater(STEP, "not yet");
    } else if (payload.equals("job") && before != 5) {
      throw new IllegalStateException("run " + before);
    }
  }

  @Test
  @DisplayName(
      "S7 a policy decides by the attempt and by the type of the exception, as its function says")
  void byFunctionAndType() {
    Task<String> task = task(RetryPolicy.by((attempt, error) ->
            attempt == 3 ? Optional.empty() : Optional.of(STEP.multipliedBy(attempt)))
        .on(ArithmeticException.class, RetryPolicy.every(STEP.multipliedBy(3)).attempts(2)));
    start(bench().broker(), task, (payload, context) -> {
      bench().journal().ran(payload, context);
      throw payload.equals("typed")
          ? new IllegalStateException(new ArithmeticException())
          : new IllegalStateException();
    });

    bench().client().enqueueAll(task, List.of("typed", "other"));

    Bench.Taker letters = bench().taker(WireFormat.deadLettersOf(bench().queueOf(task)));
    bench().await("both are dead", () -> letters.messages().size() == 2);
    assertThat(bench().journal().attemptsOf("other")).containsExactly(1, 2, 3);
    assertThat(bench().journal().attemptsOf("typed")).containsExactly(1, 2);
    assertThat(bench().journal().pausesOf("other").get(0)).isBetween(STEP, latest(1));
    assertThat(bench().journal().pausesOf("other").get(1))
        .isBetween(STEP.multipliedBy(2), latest(2));
    assertThat(bench().journal().pausesOf("typed").get(0))
        .isBetween(STEP.multipliedBy(3), latest(3));
  }

  /** A step of the broker, and its lateness. */
  private Duration latest(int steps) {
    return STEP.multipliedBy(steps).plusMillis(100).plus(bench().lateness());
  }

  @Test
  @DisplayName(
      "S8 a job whose next attempt would be beyond its policy's age is dead before its attempts are used up, and says so with both times")
  void ageIsBounded() {
    Task<String> task = task(RetryPolicy.every(STEP).attempts(9).within(Duration.ofMillis(1100)));
    start(bench().broker(), task, (payload, context) -> {
      bench().journal().ran(payload, context);
      throw new IllegalStateException("always");
    });

    bench().client().enqueue(task, "fails");

    Message letter = deadLetter(task);
    assertThat(reason(letter)).containsSubsequence(" old, in 300 ms", "older than the 1.1 s");
    assertThat(bench().journal().runsOf("fails")).hasSizeBetween(1, 4);
  }

  @Test
  @DisplayName(
      "S9 a handler that fails is called again in hand, as its policy says, after a pause and within one attempt")
  void calledAgainInHand() {
    Duration pause = Duration.ofMillis(200);
    Task<String> task = task(RetryPolicy.every(Duration.ofHours(1)).attempts(2).inHand(2, pause));
    start(bench().broker(), task, (payload, context) -> {
      bench().journal().ran(payload, context);
      if (payload.equals("fails") || bench().journal().runsOf(payload).size() < 3) {
        throw new IllegalStateException(payload);
      }
    });

    bench().client().enqueueAll(task, List.of("heals", "fails", "last"));

    bench().await("the last has run", () -> bench().journal().runsOf("last").size() == 3);
    assertThat(bench().journal().attemptsOf("heals")).containsExactly(1, 1, 1);
    assertThat(bench().journal().attemptsOf("fails")).containsExactly(1, 1, 1);
    assertThat(bench().journal().pausesOf("heals"))
        .allSatisfy(between -> assertThat(between).isGreaterThanOrEqualTo(pause));
    assertThat(bench().journal().pausesOf("fails"))
        .allSatisfy(between -> assertThat(between).isGreaterThanOrEqualTo(pause));
  }

  @Test
  @DisplayName(
      "S10 a stop lets a handler be called again in hand within the grace period, as its policy says")
  void calledAgainInHandAtAStop() {
    Task<String> task = task(RetryPolicy.never().inHand(2, Duration.ofMillis(200)));
    Worker worker = bench()
        .start(bench()
            .worker(bench().broker())
            .concurrency(1)
            .gracePeriod(Duration.ofSeconds(20))
            .handle(task, (payload, context) -> {
              bench().journal().hold(payload, context);
              if (bench().journal().runsOf(payload).size() < 3) {
                throw new IllegalStateException(payload);
              }
            }));
    bench().client().enqueue(task, "heals");
    bench().await("it runs", () -> bench().journal().running() == 1);

    CompletableFuture<StopReport> stop = bench().stop(worker);
    bench().await("it is told", () -> bench().journal().stopping());
    bench().journal().release();

    StopReport report = bench().get(stop, "stopped");
    assertThat(report.orderly()).as(report.toString()).isTrue();
    assertThat(bench().journal().attemptsOf("heals")).containsExactly(1, 1, 1);
    assertThat(bench().drain(bench().queueOf(task))).isEmpty();
    assertThat(bench().drain(WireFormat.deadLettersOf(bench().queueOf(task)))).isEmpty();
  }
}
