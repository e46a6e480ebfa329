package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.WireFormat;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StopTest {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Stage stage = new Stage();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    go.countDown();
    stage.close();
  }

  /** One handler, which waits until it may go on or is interrupted. */
  private Worker waitingWorker() {
    return stage.start(stage
        .worker()
        .concurrency(1)
        .gracePeriod(GRACE)
        .handle(GREET, (name, job) -> {
          running.countDown();
          go.await();
          seen.add(name + ", cancelled " + job.cancelled());
        }));
  }

  @Test
  void stop_givesBackAtOnceWhatWaits_andLetsRunningJobsEnd() throws Exception {
    Worker worker = waitingWorker();
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob", "Cid"));
    running.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 2);
    assertThat(stop).isNotDone();
    go.countDown();

    StopReport report = stop.join();
    assertThat(report.givenBack()).isEqualTo(2);
    assertThat(report)
        .hasToString("All that had begun ended and is settled. Jobs given back,"
            + " as they had not begun: 2.");
    assertThat(report.orderly()).isTrue();
    assertThat(seen).containsExactly("Ann, cancelled true");
    assertThat(stage.waiting())
        .hasSize(2)
        .allSatisfy(message -> assertThat(message.headers())
            .doesNotContainKeys(WireFormat.RETURNS, WireFormat.INTERRUPTIONS));
    assertThat(stage.report(QUEUE).unsettled()).hasValue(0);
  }

  @Test
  void stop_atTheEndOfTheGracePeriod_interruptsAndCountsIt_butNoAttempt() throws Exception {
    Worker worker = waitingWorker();
    stage.client.enqueue(GREET, "Ann");
    running.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(GRACE);

    StopReport report = stop.join();
    assertThat(report.interrupted()).hasSize(1);
    assertThat(report.stillRunning()).isEmpty();
    assertThat(report.unsettled()).isEmpty();
    assertThat(stage.waiting()).hasSize(1);
    assertThat(stage.waiting().get(0).headers())
        .containsEntry(WireFormat.INTERRUPTIONS, 1)
        .containsEntry(WireFormat.ATTEMPT, 1)
        .doesNotContainKey(WireFormat.FAILURE_REASON);
    assertThat(stage.events.all(WorkerEvent.Interrupted.class)).hasSize(1);
  }

  @Test
  void handlerThatIgnoresItsInterrupt_isNamed_andItsJobGivenBack() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Worker worker = stage.start(stage.worker().gracePeriod(GRACE).handle(GREET, (name, job) -> {
      running.countDown();
      Stage.awaitThroughInterrupts(go);
      ended.countDown();
    }));
    stage.client.enqueue(GREET, "Ann");
    running.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(GRACE);
    stage.passDeadline(Shutdown.INTERRUPTS);

    assertThat(stop.join().stillRunning()).extracting(Job::task).containsExactly("greet");
    go.countDown();
    ended.await();
    assertThat(stage.waiting()).hasSize(1);
    assertThat(stage.waiting().get(0).headers()).containsEntry(WireFormat.INTERRUPTIONS, 1);
    assertThat(stage.events.all(WorkerEvent.Succeeded.class)).isEmpty();
  }

  @Test
  void handlerThatReturnsInSpiteOfItsInterrupt_isDone() throws Exception {
    Worker worker = stage.start(stage.worker().gracePeriod(GRACE).handle(GREET, (name, job) -> {
      running.countDown();
      try {
        go.await();
      } catch (InterruptedException told) {
        seen.add(name);
      }
    }));
    stage.client.enqueue(GREET, "Ann");
    running.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(GRACE);

    stop.join();
    assertThat(seen).containsExactly("Ann");
    assertThat(stage.waiting()).isEmpty();
  }

  @Test
  void stop_inRealTime_waitsForTheGracePeriod() throws Exception {
    try (Broker broker = Broker.open("memory:")) {
      Worker worker = Worker.on(broker)
          .name("real")
          .gracePeriod(Duration.ofMillis(50))
          .handle(GREET, (name, job) -> {
            running.countDown();
            go.await();
          })
          .start();
      TaskClient.on(broker).enqueue(GREET, "Ann");
      running.await();

      assertThat(worker.stop().interrupted()).hasSize(1);
      Stage.assertNoThreads("real");
    }
  }

  @Test
  void stop_fromAHandler_returnsAtOnce_andStops() throws Exception {
    CompletableFuture<Worker> started = new CompletableFuture<>();
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {
      StopReport interim = started.join().stop();
      seen.addAll(interim.faults());
      seen.add("stopped " + started.join().isStopped());
    }));
    started.complete(worker);
    assertThat(worker.isStopped()).isFalse();
    stage.client.enqueue(GREET, "Ann");

    assertThat(worker.awaitStop().orderly()).isTrue();
    assertThat(worker.isStopped()).isTrue();
    assertThat(seen)
        .containsExactlyInAnyOrder("Called from within: the stop has begun.", "stopped false");
    assertThat(stage.waiting()).isEmpty();
  }

  @Test
  void stop_fromAListener_isHarmless() throws Exception {
    CompletableFuture<Worker> started = new CompletableFuture<>();
    Worker worker = stage.start(stage
        .worker()
        .listener(event -> {
          if (event instanceof WorkerEvent.Succeeded || event instanceof WorkerEvent.Stopped) {
            started.join().stop();
          }
        })
        .handle(GREET, (name, job) -> seen.add(name)));
    started.complete(worker);
    stage.client.enqueue(GREET, "Ann");

    assertThat(worker.awaitStop().orderly()).isTrue();
  }

  @Test
  void stop_fromAListenerOfWhatTheBrokerReports_returnsAtOnce() throws Exception {
    CompletableFuture<Worker> started = new CompletableFuture<>();
    Worker worker = stage.start(stage
        .worker()
        .listener(event -> {
          if (event instanceof WorkerEvent.Recovering) {
            started.join().stop();
          }
        })
        .handle(GREET, (name, job) -> seen.add(name)));
    started.complete(worker);
    Faults.of(stage.broker).cut();

    assertThat(worker.awaitStop().orderly()).isTrue();
  }

  @Test
  void stop_duringTheSettlingOfARetry_waitsForTheBrokersAnswer() {
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {
      throw new IOException("not yet");
    }));
    stage.client.enqueue(GREET, "Ann");
    Job job = stage.events.await(WorkerEvent.Retrying.class).job();
    assertThat(job.attempt()).isEqualTo(1);
    Faults.of(stage.broker).holdAnswers();
    stage.time.advance(Duration.ofSeconds(5));
    stage.events.await(WorkerEvent.Retrying.class, 2);

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.events.await(WorkerEvent.Stopping.class);
    assertThat(stop).isNotDone();
    Faults.of(stage.broker).flow();

    assertThat(stop.join().orderly()).isTrue();
    assertThat(stage.report(QUEUE).unsettled()).hasValue(0);
  }

  @Test
  void answerThatDoesNotCome_endsTheWait_andIsReported() {
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {
      throw new IOException("not yet");
    }));
    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Retrying.class);
    Faults.of(stage.broker).holdAnswers();
    stage.time.advance(Duration.ofSeconds(5));
    stage.events.await(WorkerEvent.Retrying.class, 2);

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.events.await(WorkerEvent.Stopping.class);
    Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> {
      stage.time.advance(Duration.ofSeconds(1));
      return stop.isDone();
    });
    StopReport report = stop.join();
    assertThat(report.orderly()).isFalse();
    assertThat(report.unsettled()).extracting(Job::task).containsExactly("greet");
  }

  @Test
  void stop_twice_reportsTheSame_andNothingRunsAfter() {
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));
    assertThat(worker.stop()).isSameAs(worker.stop());
    worker.close();

    assertThat(stage.events.all(WorkerEvent.Stopped.class)).hasSize(1);
    assertThat(stage.report(QUEUE).consumers()).hasValue(0);
    Stage.assertNoThreads("test");
  }

  @Test
  void stop_beforeTheBrokerIsThere_isOrderly() {
    Faults.of(stage.broker).stop();
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));

    assertThat(worker.stop().orderly()).isTrue();
    Stage.assertNoThreads("test");
  }

  @Test
  void stop_afterTheBrokerWasClosed_isHarmless() {
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));
    stage.broker.close();

    assertThat(stage.events.await(WorkerEvent.CutOff.class).queue()).isEqualTo(QUEUE);
    assertThat(worker.stop().givenBack()).isZero();
    Stage.assertNoThreads("test");
  }

  @Test
  void start_onAClosedBroker_isRefused_andNothingRuns() {
    stage.broker.close();
    WorkerBuilder builder = stage.worker().handle(GREET, (name, job) -> {});

    assertThatThrownBy(builder::start).isInstanceOf(UnavailableException.class);
    Stage.assertNoThreads("test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "fails"})
  void pauseThatFails_isSaid_andWhatItConsumesIsClosed(String how) {
    Broker faulty = Wrongly.consuming(stage.broker, "pause", args -> failed(how));
    Worker worker = stage.start(onItsOwn(faulty).handle(GREET, (name, job) -> {}));

    StopReport report = worker.stop();

    assertThat(report.faults())
        .hasSize(2)
        .allSatisfy(fault -> assertThat(fault)
            .matches("The subscription of '" + QUEUE
                + ".*' did not pause: java.lang.IllegalStateException: no pause"));
    assertThat(stage.report(QUEUE).consumers()).hasValue(0);
    Stage.assertNoThreads("test");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Who calls it has it.
  private static Object failed(String how) {
    IllegalStateException refusal = new IllegalStateException("no pause");
    if (how.equals("throws")) {
      throw refusal;
    }
    return CompletableFuture.failedFuture(refusal);
  }

  @Test
  void subscriptionThatDoesNotClose_holdsUpNoOther_andIsSaid() {
    AtomicInteger closes = new AtomicInteger();
    Broker faulty = Wrongly.consuming(
        stage.broker, "close", args -> closes.incrementAndGet() == 1 ? blocked() : null);
    Worker worker = stage.start(onItsOwn(faulty).handle(GREET, (name, job) -> {}));

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await().until(() -> closes.get() == 2);
    stage.passDeadline(Shutdown.CLOSINGS);

    assertThat(stop.join().faults())
        .singleElement()
        .asString()
        .contains("holds up", "subscription", "within 15 s");
  }

  @Test
  void verbThatBlocks_atTheEndOfAJobThatGoesOn_leavesNoOtherOutOfTheReport() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    try (Broker hasty = Broker.open("memory:", new HastyTime())) {
      Broker blocking = Wrongly.settling(hasty, "replace", args -> blocked());
      Worker worker = Worker.on(blocking)
          .name("hasty")
          .gracePeriod(Duration.ofSeconds(5))
          .handle(GREET, (name, job) -> {
            both.countDown();
            Stage.awaitThroughInterrupts(go);
          })
          .start();
      TaskClient.on(hasty).enqueueAll(GREET, List.of("Ann", "Bob"));
      both.await();

      StopReport report = stage.stopElsewhere(worker).get(30, TimeUnit.SECONDS);

      assertThat(report.stillRunning()).hasSize(2);
      assertThat(report.faults())
          .anySatisfy(fault -> assertThat(fault).contains("settles what handlers did not end"));
      go.countDown();
      Stage.assertNoThreads("hasty");
    }
  }

  @Test
  void stepThatFails_isSaid_andTheAnswersAreAwaitedAllTheSame() throws Exception {
    Broker goesOn = Wrongly.consuming(stage.broker, "pause", args -> done());
    Broker faulty = Wrongly.settling(goesOn, "message", args -> {
      if (Thread.currentThread().getName().startsWith("errand-test-stop-")) {
        throw new IllegalStateException("no message");
      }
      return null;
    });
    Worker worker = stage.start(onItsOwn(faulty).gracePeriod(GRACE).handle(GREET, (name, job) -> {
      running.countDown();
      go.await();
      throw new IOException(name);
    }));
    stage.client.enqueue(GREET, "Ann");
    running.await();
    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    awaitDeadline(GRACE);
    stage.client.enqueue(GREET, "Bob, who comes too late");
    Awaitility.await().until(() -> stage.report(QUEUE).unsettled().orElse(0) == 2);

    Faults.of(stage.broker).holdAnswers();
    go.countDown();
    awaitDeadline(Shutdown.REFUSALS);
    Faults.of(stage.broker).flow();

    assertThat(stop.join().unsettled()).isEmpty();
    assertThat(stop.join().faults())
        .singleElement()
        .isEqualTo("A step of the stop failed: java.lang.IllegalStateException: no message");
  }

  /** Heard, and looked after by no watch that comes between a test and its deadline. */
  private WorkerBuilder onItsOwn(Broker broker) {
    return Worker.on(broker)
        .name("test")
        .silence(WorkerBuilder.LONGEST_SILENCE)
        .listener(stage.events);
  }

  private void awaitDeadline(Duration expected) {
    Awaitility.await()
        .until(() -> stage.time.untilNext().filter(expected::equals).isPresent());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Who calls it has it.
  private static Object done() {
    return CompletableFuture.completedFuture(null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"of the stop", "of a time-out"})
  void interruptThatDoesNotReturn_holdsUpNoStop(String whose) throws Exception {
    try (Broker hasty = Broker.open("memory:", new HastyTime())) {
      Task<String> task =
          whose.equals("of the stop") ? GREET : GREET.timeout(Duration.ofSeconds(1));
      Worker worker = Worker.on(hasty)
          .name("hasty")
          .gracePeriod(Duration.ofSeconds(5))
          .handle(task, (name, job) -> new StubbornChannel().use())
          .start();
      TaskClient.on(hasty).enqueue(task, "Ann");
      running.await();
      if (!whose.equals("of the stop")) {
        closing.await();
        // It is asked by a probe, which waits for nobody's lock.
        assertThat(elsewhere(worker::health).get(20, TimeUnit.SECONDS)).isNotNull();
      }

      StopReport report = stage.stopElsewhere(worker).get(30, TimeUnit.SECONDS);

      assertThat(report.faults())
          .anySatisfy(fault -> assertThat(fault).contains("interrupt", "does not return"));
      go.countDown();
      Stage.assertNoThreads("hasty");
    }
  }

  private static <T> CompletableFuture<T> elsewhere(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, task -> new Thread(task).start());
  }

  /** Whose end, which an interrupt brings about on the thread that interrupts, blocks. */
  private final class StubbornChannel extends AbstractInterruptibleChannel {
    void use() throws IOException {
      begin();
      running.countDown();
      Stage.awaitThroughInterrupts(go);
      end(true);
    }

    @Override
    protected void implCloseChannel() {
      closing.countDown();
      Stage.awaitThroughInterrupts(go);
    }
  }

  @Test
  void stop_whereTheMachineHasNoFurtherThread_isTheCallers() throws Exception {
    TaskHandler<String> handler = (name, job) -> {
      running.countDown();
      Stage.awaitThroughInterrupts(go);
    };
    Worker worker =
        worker(stage.broker, handler, Threads.PLATFORM, (name, work) -> new NeverStarts());
    worker.start();
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob"));
    running.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(GRACE);
    stage.passDeadline(Shutdown.INTERRUPTS);

    StopReport report = stop.get(20, TimeUnit.SECONDS);
    assertThat(report.givenBack()).isEqualTo(1);
    assertThat(report.stillRunning()).hasSize(1);
    assertThat(worker.stop()).isSameAs(report);
    assertThat(stage.waiting()).hasSize(2);
    go.countDown();
    Stage.assertNoThreads("test");
  }

  /** One whose handlers run on threads of this kind, and its stop on threads of that. */
  private Worker worker(
      Broker broker, TaskHandler<String> handler, ThreadKind handlers, ThreadKind stops) {
    Settings settings = new Settings(
        "test",
        1,
        new Prefetch(4),
        GRACE,
        Optional.empty(),
        WorkerBuilder.DEFAULT_DEPLOY_PERIOD,
        false,
        handlers,
        PayloadCodec.json(),
        WorkerBuilder.LONGEST_SILENCE);
    return new Worker(
        broker,
        settings,
        List.of(new Handled<>(GREET.fromHome(), handler)),
        new Events("test", stage.events),
        stops);
  }

  /** On a stack that is full the first time. */
  private static final class LateStart extends Thread {
    private boolean full = true;

    LateStart(String name, Runnable work) {
      super(work, name);
    }

    @Override
    public synchronized void start() {
      if (full) {
        full = false;
        throw new StackOverflowError();
      }
      super.start();
    }
  }

  @Test
  void stop_onAStackThatIsFull_hasNotBegun_andTheNextDoes() throws Exception {
    Worker worker = worker(
        stage.broker,
        (name, job) -> {},
        Threads.PLATFORM,
        (name, work) ->
            name.endsWith("-stop") ? new LateStart(name, work) : Threads.PLATFORM.make(name, work));
    worker.start();

    assertThatThrownBy(worker::stop).isInstanceOf(StackOverflowError.class);
    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Succeeded.class);

    StopReport report = stage.stopElsewhere(worker).get(20, TimeUnit.SECONDS);
    assertThat(report.orderly()).isTrue();
    assertThat(worker.stop()).isSameAs(report);
    Stage.assertNoThreads("test");
  }

  @Test
  void start_withoutThreadsForHandlers_isRefused_andItsStopBlamesNoListener() {
    try (Broker hasty = Broker.open("memory:", new HastyTime())) {
      Worker worker =
          worker(hasty, (name, job) -> {}, (name, work) -> new NeverStarts(), Threads.PLATFORM);

      assertThatThrownBy(worker::start).isInstanceOf(OutOfMemoryError.class);

      assertThat(worker.stop().faults()).isEmpty();
      assertThat(stage.events.await(WorkerEvent.Stopped.class).report()).isSameAs(worker.stop());
      Stage.assertNoThreads("test");
    }
  }

  @Test
  void start_withoutAThreadForTheScheduler_isRefused() {
    Time time = Wrongly.instead(
        Time.class,
        stage.time,
        "scheduler",
        args -> args[0].equals("errand-test-scheduler") ? new NoThread() : null);
    Broker poor = Stage.answering(stage.broker, "time", (real, args) -> time);
    Worker worker = worker(poor, (name, job) -> {}, Threads.PLATFORM, Threads.PLATFORM);

    assertThatThrownBy(worker::start).isInstanceOf(OutOfMemoryError.class);

    assertThat(worker.isStopped()).isTrue();
    assertThat(worker.stop().orderly()).isTrue();
    Stage.assertNoThreads("test");
  }

  private static final class NoThread implements Scheduler {
    @Override
    public void start() {
      throw new OutOfMemoryError("unable to create native thread");
    }

    @Override
    public void after(Duration delay, Runnable action) {}

    @Override
    public void close() {}
  }

  /** Whose end, which an interrupt brings about on the thread that interrupts, fails. */
  private final class FailingChannel extends AbstractInterruptibleChannel {
    void use(CountDownLatch both) throws IOException {
      begin();
      both.countDown();
      Stage.awaitThroughInterrupts(go);
      end(true);
    }

    @Override
    protected void implCloseChannel() {
      throw new IllegalStateException("not now");
    }
  }

  @Test
  void interruptThatFails_isSaid_andEndsNoOther() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    Worker worker = stage.start(stage.worker().gracePeriod(GRACE).handle(GREET, (name, job) -> {
      if (name.equals("Ann")) {
        new FailingChannel().use(both);
      } else {
        both.countDown();
        try {
          go.await();
        } finally {
          closing.countDown();
        }
      }
    }));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob"));
    both.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(GRACE);
    assertThat(closing.await(20, TimeUnit.SECONDS))
        .as("the other is interrupted")
        .isTrue();
    stage.passDeadline(Shutdown.INTERRUPTS);

    StopReport report = stop.join();
    assertThat(report.interrupted()).hasSize(1);
    assertThat(report.faults())
        .anySatisfy(
            fault -> assertThat(fault).contains("'errand-test-handler-", "failed", "not now"));
  }

  /** A retry that the broker refuses first; from then on the verb blocks the thread that calls. */
  @SuppressWarnings("FutureReturnValueIgnored") // Who calls it has it.
  private Object blocksAtTheSecond(AtomicInteger calls) {
    if (calls.incrementAndGet() > 1) {
      running.countDown();
      Stage.awaitThroughInterrupts(go);
    }
    return CompletableFuture.failedFuture(new IllegalStateException("not now"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "release"})
  void verbThatBlocks_whateverThread_holdsUpNoStop(String verb) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (Broker hasty = Broker.open("memory:", new HastyTime())) {
      Broker blocking = Wrongly.settling(
          hasty, verb, args -> verb.equals("replace") ? blocksAtTheSecond(calls) : blocked());
      Worker worker = Worker.on(blocking)
          .name("hasty")
          .concurrency(1)
          .gracePeriod(Duration.ofSeconds(5))
          .handle(GREET, (name, job) -> {
            if (verb.equals("replace")) {
              throw new IOException(name);
            }
            seen.add(name);
            running.countDown();
            new CountDownLatch(1).await();
          })
          .start();
      TaskClient.on(hasty).enqueueAll(GREET, List.of("Ann", "Bob"));
      running.await();

      StopReport report = stage.stopElsewhere(worker).get(30, TimeUnit.SECONDS);

      assertThat(report.faults()).anySatisfy(fault -> assertThat(fault).contains("broker"));
      assertThat(report.unsettled()).isNotEmpty();
      go.countDown();
      Stage.assertNoThreads("hasty");
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Who calls it has it.
  private Object blocked() {
    Stage.awaitThroughInterrupts(go);
    return CompletableFuture.completedFuture(null);
  }

  @Test
  void startAndStop_byTenThreads_fiftyTimes_leaveNothing() {
    for (int round = 0; round < 50; round++) {
      Worker worker =
          stage.worker().handle(GREET, (name, job) -> seen.add(name)).start();
      stage.client.enqueue(GREET, "round " + round);
      List<CompletableFuture<StopReport>> stops =
          IntStream.range(0, 10).mapToObj(n -> stage.stopElsewhere(worker)).toList();

      assertThat(stops).allSatisfy(stop -> assertThat(stop.join()).isSameAs(worker.stop()));
    }
    Stage.assertNoThreads("test");
    long left = stage.report(QUEUE).ready();
    assertThat(seen.size() + left).isEqualTo(50);
    assertThat(stage.report(QUEUE).unsettled()).hasValue(0);
  }
}
