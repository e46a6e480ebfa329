package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Queue;
import dev.errand.broker.inmemory.Faults;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {
  private final Stage stage = new Stage();
  private final CountDownLatch mayReturn = new CountDownLatch(1);

  @AfterEach
  void close() {
    mayReturn.countDown();
    stage.close();
  }

  private static Health.Reason only(Worker worker) {
    assertThat(worker.health().reasons()).hasSize(1);
    return worker.health().reasons().get(0);
  }

  @Test
  void worker_thatConsumes_isReady() {
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));

    assertThat(worker.health()).isEqualTo(new Health(List.of())).hasToString("Ready.");
    assertThat(worker.health().ready()).isTrue();
    assertThat(worker.health().live()).isTrue();
  }

  @Test
  void queue_thatStandsOtherwise_isRefused_andToldWithTheReason() {
    stage.broker.declare(Queue.named(QUEUE)).join();
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));

    Health.Reason reason = only(worker);
    assertThat(reason.kind()).isEqualTo(Health.Kind.REFUSED);
    assertThat(reason.subject()).isEqualTo(QUEUE);
    assertThat(reason.sentence()).contains("overflow");
    assertThat(worker.health().live()).isTrue();
    assertThat(worker.health().toString()).startsWith("Not ready. Queue 'greetings'");
  }

  @Test
  void reasonOfABackend_withoutItsFullStop_getsOne() {
    Broker terse = Wrongly.telling(stage.broker, "the cable is out");
    Worker worker = stage.start(
        Worker.on(terse).name("test").listener(stage.events).handle(GREET, (name, job) -> {}));
    Faults.of(stage.broker).stop();

    Awaitility.await().until(() -> !worker.health().ready());
    assertThat(only(worker).kind()).isEqualTo(Health.Kind.NOT_CONSUMING);
    assertThat(only(worker).sentence()).endsWith("as soon as it can. the cable is out.");
  }

  @Test
  void broker_thatIsClosedUnderIt_needsAnotherStart() {
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));
    stage.broker.close();

    assertThat(only(worker).kind()).isEqualTo(Health.Kind.CUT_OFF);
    assertThat(worker.health().live()).isFalse();
    assertThat(worker.health().toString()).startsWith("Not live. ");
  }

  @Test
  void listener_thatDoesNotReturn_isAThreadThatIsStuck_untilItDoes() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Worker worker = stage.start(stage
        .worker()
        .listener(event -> {
          if (event instanceof WorkerEvent.Consuming) {
            begun.countDown();
            Stage.awaitThroughInterrupts(mayReturn);
          }
        })
        .handle(GREET, (name, job) -> {}));
    begun.await();

    stage.time.advance(Slots.LONGEST_STEP);
    assertThat(worker.health().ready()).isTrue();
    stage.time.advance(Duration.ofSeconds(1));
    Health.Reason reason = only(worker);
    assertThat(reason.kind()).isEqualTo(Health.Kind.THREAD_STUCK);
    assertThat(reason.subject()).isEqualTo("errand-test-events");
    assertThat(worker.health().live()).isFalse();

    mayReturn.countDown();
    Awaitility.await().until(() -> worker.health().ready());
  }

  @Test
  void backlogOfEvents_howeverOld_isNoThreadThatIsStuck() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    Semaphore mayTell = new Semaphore(0);
    Herald herald = new Herald(
        new Events("slow", event -> {
          told.add(event.worker());
          mayTell.acquireUninterruptibly();
        }),
        stage.time);
    herald.start();
    for (int i = 0; i < 3; i++) {
      herald.tell(new WorkerEvent.Paused("slow"));
    }
    told.take();
    stage.time.advance(Slots.LONGEST_STEP);
    mayTell.release();
    told.take();

    assertThat(herald.turnLasts(stage.time.nanoTime())).isZero();
    stage.time.advance(Duration.ofSeconds(2));
    assertThat(herald.turnLasts(stage.time.nanoTime())).isEqualTo(Duration.ofSeconds(2));
    mayTell.release(2);
    herald.end();
    herald.ended().join();
  }

  @Test
  void listener_thatHoldsAHandlersThread_isASlotThatIsStuck_andAllOfThemAreTooMany() {
    Worker worker = stage.start(stage
        .worker()
        .listener(event -> {
          if (event instanceof WorkerEvent.Succeeded) {
            Stage.awaitThroughInterrupts(mayReturn);
          }
        })
        .handle(GREET, (name, job) -> {}));
    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.time.advance(Slots.LONGEST_STEP);
    assertThat(worker.health().ready()).isTrue();
    stage.time.advance(Duration.ofSeconds(1));

    assertThat(only(worker).kind()).isEqualTo(Health.Kind.SLOT_STUCK);
    assertThat(only(worker).sentence()).contains("'errand-test-handler-", "1 of 2", "listener");
    assertThat(worker.health().live()).isTrue();
    assertThat(worker.health().ready()).isFalse();

    stage.client.enqueue(GREET, "Bob");
    stage.events.await(WorkerEvent.Succeeded.class, 2);
    stage.time.advance(Slots.LONGEST_STEP.plusSeconds(1));
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.SLOTS_LOST, Health.Kind.SLOT_STUCK, Health.Kind.SLOT_STUCK);
    assertThat(worker.health().live()).isFalse();

    mayReturn.countDown();
    Awaitility.await().until(() -> worker.health().reasons().isEmpty());
  }

  @Test
  void handlerWithoutATimeout_thatRunsLong_isToldOnce_andNoReasonNotToBeReady() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Worker worker =
        stage.start(stage.worker().silence(Duration.ofMinutes(1)).handle(GREET, (name, job) -> {
          running.countDown();
          mayReturn.await();
        }));
    stage.client.enqueue(GREET, "Ann");
    running.await();
    stage.time.advance(WorkerEvent.LONG_RUN.minusSeconds(1));
    assertThat(worker.health().reasons()).isEmpty();
    stage.time.advance(Duration.ofMinutes(10));

    WorkerEvent.RunsLong told = stage.events.await(WorkerEvent.RunsLong.class);
    assertThat(told.ran()).isBetween(WorkerEvent.LONG_RUN, WorkerEvent.LONG_RUN.plusMinutes(1));
    assertThat(told.stack())
        .anySatisfy(frame -> assertThat(frame.getMethodName()).contains("await"));
    assertThat(only(worker).kind()).isEqualTo(Health.Kind.RUNS_LONG);
    assertThat(worker.health().ready()).isTrue();
    assertThat(worker.health().toString()).startsWith("Ready. Thread 'errand-test-handler-");

    Faults.of(stage.broker).cut();
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .contains(Health.Kind.SLOT_STUCK)
        .doesNotContain(Health.Kind.RUNS_LONG);
    mayReturn.countDown();
    worker.stop();
    assertThat(stage.events.all(WorkerEvent.RunsLong.class)).hasSize(1);
  }

  /** It ends by itself, and another start would only begin its job once more. */
  @Test
  void handlersThatAllRunForALostConnection_areNoReasonForAnotherStart() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Worker worker = stage.start(stage.worker().concurrency(1).handle(GREET, (name, job) -> {
      running.countDown();
      mayReturn.await();
    }));
    stage.client.enqueue(GREET, "Ann");
    running.await();
    Faults.of(stage.broker).cut();
    stage.time.advance(WorkerEvent.LONG_RUN);

    Health.Reason reason = only(worker);
    assertThat(reason.kind()).isEqualTo(Health.Kind.SLOT_STUCK);
    assertThat(reason.sentence()).contains("0 of 1", "no time-out");
    assertThat(worker.health().live()).isTrue();
    assertThat(worker.health().ready()).isFalse();
    mayReturn.countDown();
    Awaitility.await().until(() -> worker.health().ready());
  }

  /** What has run for nothing for an hour, in every slot, is not held to end by itself. */
  @Test
  void handlersThatAllRunForALostConnection_withoutAnEnd_needAnotherStart() throws Exception {
    CountDownLatch running = new CountDownLatch(2);
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {
      running.countDown();
      mayReturn.await();
    }));
    stage.client.enqueue(GREET, "Ann");
    Awaitility.await().until(() -> running.getCount() == 1);
    stage.time.advance(Duration.ofSeconds(1));
    stage.client.enqueue(GREET, "Bob");
    running.await();
    Faults.of(stage.broker).cut();

    stage.time.advance(Duration.ofHours(1).minusSeconds(1));
    assertThat(worker.health().reasons())
        .as("one has run for an hour")
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.SLOT_STUCK, Health.Kind.SLOT_STUCK);
    stage.time.advance(Duration.ofSeconds(1));
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.SLOTS_LOST, Health.Kind.SLOT_STUCK, Health.Kind.SLOT_STUCK);
    assertThat(worker.health().live()).isFalse();
    assertThat(worker.health().reasons().get(0).sentence())
        .contains("can begin: 2 handlers without a time-out have run for 1 h or longer");

    mayReturn.countDown();
    Awaitility.await().until(() -> worker.health().live());
  }

  @Test
  void copies_thatHaveNoAnswerForLong_clogTheirQueue_untilTheyHave() throws Exception {
    CountDownLatch running = new CountDownLatch(2);
    Worker worker = stage.start(stage.worker().prefetch(4).handle(GREET, (name, job) -> {
      running.countDown();
      mayReturn.await();
      throw new IllegalStateException(name);
    }));
    stage.client.enqueue(GREET, "Ann");
    stage.client.enqueue(GREET, "Bob");
    running.await();
    Faults.of(stage.broker).holdAnswers();
    mayReturn.countDown();
    stage.events.await(WorkerEvent.Retrying.class, 2);

    try {
      stage.time.advance(Settling.ANSWER_IS_LATE);
      assertThat(worker.health().ready()).isTrue();
      stage.time.advance(Duration.ofMillis(1));
      Health.Reason reason = only(worker);
      assertThat(reason.kind()).isEqualTo(Health.Kind.CLOGGED);
      assertThat(reason.subject()).isEqualTo(QUEUE);
      assertThat(reason.sentence())
          .contains("2 of the 4 jobs", "none has had an answer for 5 s", "memory");
      assertThat(worker.health().live()).isTrue();
    } finally {
      Faults.of(stage.broker).flow();
    }
    Awaitility.await().until(() -> worker.health().ready());
  }

  @Test
  void pausedWorker_saysThatAlone() {
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));
    worker.pause().join();

    assertThat(only(worker).kind()).isEqualTo(Health.Kind.PAUSED);
    worker.resume();
    assertThat(worker.health().ready()).isTrue();
    assertThat(stage.events.await(WorkerEvent.Paused.class).worker()).isEqualTo("test");
    assertThat(stage.events.await(WorkerEvent.Resumed.class).worker()).isEqualTo("test");
  }

  @Test
  void queue_thatIsDeclaredWhilePaused_isConsumedFromTheResumeOn() {
    stage.broker.declare(Queue.named(QUEUE)).join();
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));
    worker.pause().join();
    Faults.of(stage.broker).deleteQueue(QUEUE);
    stage.time.advance(Opening.FIRST_PAUSE);

    assertThat(stage.report(QUEUE).consumers()).hasValue(0);
    assertThat(only(worker).kind()).isEqualTo(Health.Kind.PAUSED);
    worker.resume();
    assertThat(stage.report(QUEUE).consumers()).hasValue(1);
    assertThat(worker.health().ready()).isTrue();
  }

  @Test
  void stoppedWorker_saysThatAlone_andNeitherPausesNorResumes() {
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));
    worker.stop();
    worker.pause().join();
    worker.resume();

    assertThat(only(worker).kind()).isEqualTo(Health.Kind.STOPPING);
    assertThat(stage.report(QUEUE).consumers()).hasValue(0);
    assertThat(stage.events.all(WorkerEvent.Paused.class)).isEmpty();
  }

  /** Of a clock, as nothing of a job, a listener or the log ends one. */
  @ParameterizedTest
  @ValueSource(strings = {"errand-test-handler-1", "errand-test-events"})
  void thread_thatAFaultEnds_needsAnotherStart(String thread) {
    Broker faulty =
        Stage.answering(stage.broker, "time", (real, none) -> new StoppedFor(thread, real.time()));
    Worker worker =
        stage.start(Worker.on(faulty).name("test").concurrency(1).handle(GREET, (name, job) -> {}));
    stage.client.enqueue(GREET, "Ann");

    // That of the events throws it.
    Awaitility.await()
        .dontCatchUncaughtExceptions()
        .until(() -> !worker.health().ready());
    assertThat(only(worker).kind()).isEqualTo(Health.Kind.THREAD_ENDED);
    assertThat(only(worker).subject()).isEqualTo(thread);
    assertThat(only(worker).sentence()).contains("'" + thread + "'", "Start the process again");
    assertThat(worker.health().live()).isFalse();
  }

  /** A clock that fails on one thread. */
  private record StoppedFor(String thread, Time real) implements Time {
    @Override
    public Instant instant() {
      return real.instant();
    }

    @Override
    public long nanoTime() {
      if (Thread.currentThread().getName().equals(thread)) {
        throw new IllegalStateException("no clock");
      }
      return real.nanoTime();
    }

    @Override
    public Scheduler scheduler(String threadName) {
      return real.scheduler(threadName);
    }
  }

  @Test
  void kinds_thatNeedAnotherStart_areFour() {
    assertThat(Health.Kind.values())
        .filteredOn(kind -> !because(kind).live())
        .containsExactly(
            Health.Kind.CUT_OFF,
            Health.Kind.SLOTS_LOST,
            Health.Kind.THREAD_ENDED,
            Health.Kind.THREAD_STUCK);
  }

  @Test
  void kinds_withWhichItIsReady_areOne() {
    assertThat(Health.Kind.values())
        .filteredOn(kind -> because(kind).ready())
        .containsExactly(Health.Kind.RUNS_LONG);
  }

  private static Health because(Health.Kind kind) {
    return new Health(List.of(new Health.Reason(kind, "it", "It is so.")));
  }
}
