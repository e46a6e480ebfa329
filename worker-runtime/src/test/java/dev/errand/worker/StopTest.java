package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.WireFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    stage.passDeadline(Shutdown.UNWINDING);

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

  @Test
  void stop_thatMeetsAFault_closesWhatItConsumes_andSaysIt() {
    Broker faulty = Wrongly.pausing(stage.broker, args -> {
      throw new IllegalStateException("no pause");
    });
    Worker worker = stage.start(
        Worker.on(faulty).name("test").listener(stage.events).handle(GREET, (name, job) -> {}));

    StopReport report = worker.stop();

    assertThat(report.faults())
        .hasSize(2)
        .allSatisfy(fault -> assertThat(fault).contains("no pause"));
    assertThat(stage.report(QUEUE).consumers()).hasValue(0);
    Stage.assertNoThreads("test");
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
