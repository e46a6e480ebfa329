package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.errand.Cancellation;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.TimedOutException;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TimeoutTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration NOTICED = TIMEOUT.plus(Ticker.PAUSE);
  private static final Duration STUCK = WorkerBuilder.UNWINDING.plus(Ticker.PAUSE);
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final Task<String> BOUNDED = GREET.timeout(TIMEOUT);

  private static final String LANE = WireFormat.laneOf(QUEUE);

  private final Stage stage = new Stage();
  private final BlockingQueue<TaskContext> begun = new LinkedBlockingQueue<>();
  private final CountDownLatch go = new CountDownLatch(1);

  @AfterEach
  void close() {
    go.countDown();
    stage.close();
  }

  /** Ends at an interrupt, or when it may go on. */
  private void obedient(String payload, TaskContext job) throws InterruptedException {
    begun.add(job);
    go.await();
  }

  /** Ends when it may go on only. */
  private void deaf(String payload, TaskContext job) {
    begun.add(job);
    Stage.awaitThroughInterrupts(go);
  }

  @Test
  void handlerBeyondItsTimeout_isInterrupted_andHasFailed() throws Exception {
    stage.start(stage.worker().handle(BOUNDED, this::obedient));
    stage.client.enqueue(BOUNDED, "Ann");
    begun.take();
    stage.time.advance(NOTICED);

    WorkerEvent.Retrying failed = stage.events.await(WorkerEvent.Retrying.class);
    assertThat(failed.error()).isInstanceOfSatisfying(TimedOutException.class, error -> {
      assertThat(error.task()).isEqualTo("greet");
      assertThat(error.timeout()).isEqualTo(TIMEOUT);
      assertThat(error).hasMessageContainingAll("'greet'", "2 min", "longer one by Task.timeout");
      assertThat(error.getStackTrace())
          .as("where it was")
          .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("obedient"));
    });
    stage.stop();
    assertThat(stage.events.all(WorkerEvent.Interrupted.class)).isEmpty();
  }

  @Test
  void handlerThatEndsInTime_isNotInterrupted_andNothingTicksAfterIt() throws Exception {
    stage.start(stage.worker().handle(BOUNDED, this::obedient));
    stage.client.enqueue(BOUNDED, "Ann");
    begun.take();
    stage.time.advance(TIMEOUT.minusSeconds(8));
    go.countDown();

    stage.events.await(WorkerEvent.Succeeded.class);
    stage.time.advance(Ticker.PAUSE);
    assertNothingTicks();
  }

  /** But for the watchdog, which looks far more rarely. */
  private void assertNothingTicks() {
    assertThat(stage.time.untilNext().orElse(NOTICED)).isGreaterThan(Ticker.PAUSE);
  }

  @Test
  void jobWithoutATimeout_makesNothingTick() throws Exception {
    stage.start(stage.worker().handle(GREET, this::obedient));
    stage.client.enqueue(GREET, "Ann");
    begun.take();

    assertNothingTicks();
  }

  @Test
  void handlerThatReturnsAfterItsTimeout_hasFailedAllTheSame() throws Exception {
    stage.start(stage.worker().handle(BOUNDED, (payload, job) -> {
      begun.add(job);
      try {
        go.await();
      } catch (InterruptedException swallowed) {
        // As much code does.
      }
    }));
    stage.client.enqueue(BOUNDED, "Ann");
    begun.take();
    stage.time.advance(NOTICED);

    stage.events.await(WorkerEvent.Retrying.class);
    stage.stop();
    assertThat(stage.events.all(WorkerEvent.Succeeded.class)).isEmpty();
  }

  @Test
  void handlerThatIgnoresItsTimeout_isReported_settled_andItsThreadReplaced() throws Exception {
    stage.start(stage.worker().concurrency(1).handle(BOUNDED, this::deaf));
    stage.client.enqueueAll(BOUNDED, List.of("Ann", "Bob"));
    TaskContext first = begun.take();
    stage.time.advance(NOTICED);
    assertThat(stage.events.all(WorkerEvent.Retrying.class)).isEmpty();

    stage.time.advance(STUCK);

    WorkerEvent.Stuck stuck = stage.events.await(WorkerEvent.Stuck.class);
    assertThat(stuck.job().id()).isEqualTo(first.id());
    assertThat(stuck.thread()).isEqualTo("errand-test-handler-1");
    assertThat(stuck.stack())
        .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("deaf"));
    assertThat(stage.events.await(WorkerEvent.Retrying.class).job().id()).isEqualTo(first.id());
    TaskContext second = begun.take();
    assertThat(second.id()).as("runs in its place").isNotEqualTo(first.id());
    assertThat(first.cancellation()).as("asked late").hasValue(Cancellation.TIMED_OUT);
    assertThat(first.remaining()).hasValue(Duration.ZERO);

    go.countDown();
    assertThat(stage.events.await(WorkerEvent.Succeeded.class).job().id()).isEqualTo(second.id());
    // The one that was stuck ends on its own thread, and a stop before that names it.
    Stage.assertNoThread(stuck.thread());
    assertThat(stage.stop().orderly()).isTrue();
    assertThat(stage.events.all(WorkerEvent.Succeeded.class)).hasSize(1);
    assertThat(stage.events.all(WorkerEvent.SlotLost.class)).isEmpty();
    Stage.assertNoThreads("test");
  }

  @Test
  void asManyStuckAsItMayHave_areSaid_andASlotIsBackWhenOneEnds() throws Exception {
    Worker worker = stage.start(stage.worker().concurrency(1).handle(BOUNDED, this::deaf));
    stage.client.enqueueAll(BOUNDED, List.of("Ann", "Bob", "Cid"));
    begun.take();
    stage.time.advance(NOTICED.plus(STUCK));
    begun.take();
    assertThat(stage.events.all(WorkerEvent.SlotLost.class)).isEmpty();
    stage.time.advance(NOTICED.plus(STUCK));

    assertThat(worker.health().live()).isFalse();
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.SLOTS_LOST);
    WorkerEvent.SlotLost lost = stage.events.await(WorkerEvent.SlotLost.class);
    assertThat(lost.slots()).isZero();
    assertThat(lost.stuck()).isEqualTo(2);
    stage.events.await(WorkerEvent.Retrying.class, 2);
    assertThat(begun).isEmpty();

    go.countDown();
    begun.take();
    stage.events.await(WorkerEvent.Succeeded.class);
  }

  @Test
  void moreStuckThanItMayHave_areMissing_thoughOthersRun_untilOneEnds() throws Exception {
    Worker worker = stage.start(stage.worker().concurrency(2).handle(BOUNDED, this::deaf));
    stage.client.enqueueAll(BOUNDED, List.of("Ann", "Bob", "Cid"));
    begun.take();
    begun.take();
    stage.time.advance(NOTICED.plus(STUCK));
    begun.take();
    assertThat(worker.health().reasons()).as("all are replaced").isEmpty();
    stage.time.advance(NOTICED.plus(STUCK));

    // The retries of the first two came meanwhile, and may be being put off.
    Awaitility.await().until(() -> worker.health().reasons().size() == 1);
    assertThat(worker.health().reasons()).singleElement().satisfies(reason -> {
      assertThat(reason.kind()).isEqualTo(Health.Kind.SLOTS_MISSING);
      assertThat(reason.sentence()).contains("1 of 2 jobs", "3 handlers");
    });
    assertThat(worker.health().live()).isTrue();
    assertThat(worker.health().ready()).isFalse();

    go.countDown();
    Awaitility.await().until(() -> worker.health().ready());
  }

  @Test
  void stop_doesNotWaitForAStuckHandler_andNamesIt() throws Exception {
    Worker worker =
        stage.start(stage.worker().concurrency(1).gracePeriod(GRACE).handle(BOUNDED, this::deaf));
    stage.client.enqueue(BOUNDED, "Ann");
    begun.take();
    stage.time.advance(NOTICED.plus(STUCK));
    stage.events.await(WorkerEvent.Stuck.class);

    StopReport report = stage.stopElsewhere(worker).join();

    assertThat(report.stillRunning()).extracting(Job::task).containsExactly("greet");
    assertThat(report.interrupted()).isEmpty();
    assertThat(report.faults()).isEmpty();
  }

  @Test
  void handlerThatIgnoresItsTimeoutWithinTheGracePeriod_costsNoSlot_asNothingBegins()
      throws Exception {
    Worker worker =
        stage.start(stage.worker().concurrency(1).gracePeriod(GRACE).handle(BOUNDED, this::deaf));
    stage.client.enqueueAll(BOUNDED, List.of("Ann", "Bob"));
    begun.take();
    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await().until(() -> stage.waiting().size() == 1);

    stage.time.advance(NOTICED.plus(STUCK));

    assertThat(stop.join().stillRunning()).extracting(Job::task).containsExactly("greet");
    assertThat(stage.events.all(WorkerEvent.Stuck.class)).hasSize(1);
    assertThat(stage.events.all(WorkerEvent.SlotLost.class)).isEmpty();
  }

  @Test
  void timeoutWithinTheGracePeriod_isAFailure_andNoInterruption() throws Exception {
    Worker worker = stage.start(stage.worker().gracePeriod(GRACE).handle(BOUNDED, this::obedient));
    stage.client.enqueue(BOUNDED, "Ann");
    TaskContext job = begun.take();
    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await().until(job::cancelled);
    assertThat(job.cancellation()).hasValue(Cancellation.STOPPING);

    stage.time.advance(NOTICED);

    StopReport report = stop.join();
    assertThat(job.cancellation()).hasValue(Cancellation.TIMED_OUT);
    assertThat(report.interrupted()).isEmpty();
    stage.events.await(WorkerEvent.Retrying.class);
    stage.time.advance(Duration.ofSeconds(10));
    assertThat(stage.waiting())
        .singleElement()
        .satisfies(message -> assertThat(message.headers())
            .containsEntry(WireFormat.ATTEMPT, 2)
            .containsEntry(WireFormat.FAILURE_TYPE, TimedOutException.class.getName())
            .doesNotContainKey(WireFormat.INTERRUPTIONS));
  }

  @Test
  void context_tellsWhatIsLeft_ofTheTimeoutOrOfTheGracePeriod() throws Exception {
    Duration grace = Duration.ofSeconds(20);
    Worker worker = stage.start(stage
        .worker()
        .gracePeriod(grace)
        .handle(BOUNDED, this::obedient)
        .handle(Task.of("free", String.class).on("others"), this::obedient));
    stage.client.enqueue(BOUNDED, "Ann");
    TaskContext bounded = begun.take();
    stage.client.enqueue(Task.of("free", String.class).on("others"), "Bob");
    TaskContext free = begun.take();
    stage.time.advance(Duration.ofSeconds(30));
    assertThat(bounded.remaining()).hasValue(TIMEOUT.minusSeconds(30));
    assertThat(bounded.cancelled()).isFalse();
    assertThat(free.remaining()).isEmpty();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await().until(free::cancelled);
    assertThat(bounded.remaining()).hasValue(grace);
    assertThat(free.remaining()).hasValue(grace);
    assertThat(free.cancellation()).hasValue(Cancellation.STOPPING);
    go.countDown();
    assertThat(stop.join().orderly()).isTrue();
  }

  @Test
  void context_tellsThatTheJobIsLost_unlessItIsTimedOutOrItsWorkerStops() throws Exception {
    Task<String> free = Task.of("free", String.class).on("others");
    Worker worker = stage.start(
        stage.worker().gracePeriod(GRACE).handle(BOUNDED, this::deaf).handle(free, this::deaf));
    stage.client.enqueue(BOUNDED, "Ann");
    TaskContext bounded = begun.take();
    stage.client.enqueue(free, "Bob");
    TaskContext unbounded = begun.take();
    assertThat(bounded.cancelled()).isFalse();
    assertThat(unbounded.cancelled()).isFalse();

    Faults.of(stage.broker).cut();
    Awaitility.await().until(() -> bounded.cancelled() && unbounded.cancelled());
    assertThat(bounded.cancellation()).hasValue(Cancellation.LOST);
    assertThat(bounded.remaining()).as("is not interrupted for that").hasValue(TIMEOUT);
    assertThat(unbounded.cancellation()).hasValue(Cancellation.LOST);
    assertThat(unbounded.remaining()).isEmpty();

    stage.time.advance(NOTICED);
    assertThat(bounded.cancellation()).hasValue(Cancellation.TIMED_OUT);
    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await()
        .until(
            () -> unbounded.cancellation().filter(Cancellation.STOPPING::equals).isPresent());
    go.countDown();
    stop.join();
  }

  @Test
  void jobThatManyStopsInterrupted_isSaid() throws Exception {
    Worker worker =
        stage.start(stage.worker().gracePeriod(Duration.ZERO).handle(GREET, this::obedient));
    for (int interruptions : new int[] {18, 19}) {
      stage.publish(Message.of("job " + interruptions, "\"Ann\"".getBytes(UTF_8))
          .type("greet")
          .header(WireFormat.INTERRUPTIONS, interruptions)
          .build());
      begun.take();
    }

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(Duration.ZERO);
    stop.join();

    assertThat(stage.events.all(WorkerEvent.Interrupted.class)).hasSize(2);
    assertThat(stage.events.all(WorkerEvent.NeverEnds.class))
        .extracting(each -> each.job().id(), WorkerEvent.NeverEnds::interruptions)
        .containsExactly(tuple("job 19", 20));
  }

  @Test
  void gracePeriodBeyondTheKill_isRefused_withAllNumbers() {
    WorkerBuilder builder = stage
        .worker()
        .gracePeriod(Duration.ofSeconds(54))
        .killedAfter(Duration.ofSeconds(60))
        .handle(GREET, this::obedient);

    assertThatIllegalStateException()
        .isThrownBy(builder::start)
        .withMessageContainingAll("'test'", "1 min", "54 s", "7 s", "1 min 1 s");
    stage.start(builder.gracePeriod(Duration.ofSeconds(53)));
    assertThat(stage.events.all(WorkerEvent.GraceTooLong.class)).isEmpty();
  }

  @Test
  void killTime_leavesTheBrokerTimeToPause_howeverShortTheGracePeriod() {
    WorkerBuilder builder = stage.worker().gracePeriod(Duration.ZERO).handle(GREET, this::obedient);

    assertThatIllegalStateException()
        .isThrownBy(builder.killedAfter(Duration.ofMillis(11_999))::start);
    stage.start(builder.killedAfter(Duration.ofSeconds(12)));
  }

  @Test
  void gracePeriodBeyondTheUsualKill_isSaid_whereNobodySaidWhenItComes() {
    stage.start(stage.worker().gracePeriod(GRACE).handle(GREET, this::obedient));

    WorkerEvent.GraceTooLong told = stage.events.await(WorkerEvent.GraceTooLong.class);
    assertThat(told.gracePeriod()).isEqualTo(GRACE);
    assertThat(told.longestStop()).isEqualTo(GRACE.plusSeconds(7));
    assertThat(told.killTime()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void errorOfATimeout_thatThePolicyGivesUpOn_isADeadLetter() throws Exception {
    Task<String> once = BOUNDED.retrying(BOUNDED.policy().givingUpOn(TimedOutException.class));
    AtomicReference<@Nullable TaskContext> seen = new AtomicReference<>();
    stage.start(stage.worker().handle(once, (payload, job) -> {
      seen.set(job);
      obedient(payload, job);
    }));
    stage.client.enqueue(once, "Ann");
    begun.take();
    stage.time.advance(NOTICED);

    stage.events.await(WorkerEvent.DeadLettered.class);
    stage.stop();
    assertThat(stage.dead())
        .singleElement()
        .satisfies(letter -> assertThat(
                Optional.ofNullable(letter.headers().get(WireFormat.FAILURE_STACK)))
            .hasValueSatisfying(stack -> assertThat("" + stack).contains("obedient")));
    assertThat(stage.report(QUEUE).ready()).isZero();
  }

  /** One that took its worker down before, in the lane. */
  private void publishSuspect(String id) {
    Message suspect = Message.of(id, "\"Eve\"".getBytes(UTF_8))
        .type("greet")
        .headers(Map.of(WireFormat.CRASHES, 1))
        .build();
    stage.broker.publish(Publication.of(suspect, Route.queue(LANE))).join();
  }

  @Test
  void suspectThatIgnoresItsTimeout_keepsNoOtherWaiting() throws Exception {
    stage.start(stage.worker().handle(BOUNDED, this::deaf));
    stage.events.await(WorkerEvent.Consuming.class);
    publishSuspect("7");
    publishSuspect("8");
    Awaitility.await().until(() -> stage.report(LANE).unsettled().equals(OptionalLong.of(1)));
    stage.time.advance(Suspect.HEAD_START);
    assertThat(begun.take().id()).isEqualTo("7");

    stage.time.advance(NOTICED);
    stage.time.advance(STUCK);
    stage.events.await(WorkerEvent.Stuck.class);
    Awaitility.await().until(() -> stage.report(LANE).ready() == 0);
    stage.time.advance(Suspect.HEAD_START);

    TaskContext next = begun.poll(20, SECONDS);
    assertThat(Optional.ofNullable(next).map(TaskContext::id)).hasValue("8");
    assertThat(stage.events.all(WorkerEvent.PutAside.class)).isEmpty();
  }
}
