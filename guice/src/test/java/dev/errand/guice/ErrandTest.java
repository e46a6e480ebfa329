package dev.errand.guice;

import static dev.errand.guice.Shop.PACK;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import dev.errand.worker.WorkerListener;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ErrandTest {
  private final String address = "memory:" + UUID.randomUUID();
  private final String worker = "w" + UUID.randomUUID();
  /** Keeps the server alive, and looks into it. */
  private final Broker other = Broker.open(address);

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger started = new AtomicInteger();
  private final LazyBroker own = new LazyBroker(other.time(), time -> {
    opened.incrementAndGet();
    return Broker.open(address, time);
  });
  private final Events events = new Events();

  private Errand errand = errand((order, job) -> {});

  @AfterEach
  void nothingRunsAfterAClose() {
    errand.close();
    other.close();
    Awaitility.await()
        .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
            .extracting(Thread::getName)
            .noneMatch(name -> name.startsWith("errand-" + worker + "-")));
  }

  private Errand errand(TaskHandler<String> handler, WorkerListener... listeners) {
    return new Errand(() -> builder(handler, listeners), own, false);
  }

  private WorkerBuilder builder(TaskHandler<String> handler, WorkerListener... listeners) {
    started.incrementAndGet();
    WorkerBuilder builder =
        Worker.on(own).name(worker).concurrency(1).listener(events).handle(PACK, handler);
    List.of(listeners).forEach(builder::listener);
    return builder;
  }

  private void enqueue(String order) {
    TaskClient.on(other).enqueue(PACK, order);
  }

  /** One whose start tells that it has begun, and then waits until it may go on. */
  private Errand heldAtItsStart(CountDownLatch starting, CountDownLatch go) {
    return errand((order, job) -> {}, event -> {
      if (event instanceof WorkerEvent.Started) {
        starting.countDown();
        awaitThrough(go);
      }
    });
  }

  private void assertClosed() {
    assertThatThrownBy(() -> own.ready(Duration.ZERO)).isInstanceOf(UnavailableException.class);
  }

  @Test
  void start_runsJobs_andCloseLetsThemEnd() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    errand = errand((order, job) -> {
      running.countDown();
      go.await();
    });
    errand.start();
    enqueue("a lamp");
    running.await();

    CompletableFuture<Void> close = elsewhere(errand::close);
    events.await(WorkerEvent.Stopping.class);
    assertThat(close).isNotDone();
    go.countDown();
    close.join();

    assertThat(events.all(WorkerEvent.Succeeded.class)).hasSize(1);
    assertThat(events.all(WorkerEvent.CutOff.class)).isEmpty();
    assertThat(events.all(WorkerEvent.Stopped.class).get(0).report().orderly()).isTrue();
    assertClosed();
  }

  @Test
  void secondStart_doesNothing() {
    errand.start();
    errand.start();

    assertThat(started).hasValue(1);
  }

  @Test
  void secondClose_doesNothing() {
    errand.start();

    errand.close();
    errand.close();

    assertThat(events.all(WorkerEvent.Stopped.class)).hasSize(1);
  }

  @Test
  void closeBeforeStart_opensNothing_andForbidsTheStart() throws Exception {
    errand.close();

    errand.awaitStop();
    assertThatThrownBy(errand::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed")
        .hasMessageContaining("another injector");
    assertThat(opened).hasValue(0);
    assertThat(started).hasValue(0);
  }

  @Test
  void closeFromAHandler_returnsAtOnce_andAllIsClosedNevertheless() throws Exception {
    CountDownLatch returned = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    errand = errand((order, job) -> {
      errand.close();
      errand.close();
      returned.countDown();
      go.await();
    });
    errand.start();
    enqueue("a lamp");

    assertThat(returned.await(30, SECONDS)).isTrue();
    go.countDown();

    errand.awaitStop();
    assertThat(events.all(WorkerEvent.Succeeded.class)).hasSize(1);
    assertThat(events.all(WorkerEvent.CutOff.class)).isEmpty();
    Awaitility.await().untilAsserted(this::assertClosed);
  }

  @Test
  void closeFromAListener_thatHearsOfTheStart_isDoneByTheStart() throws Exception {
    errand = errand((order, job) -> {}, event -> {
      if (event instanceof WorkerEvent.Started) {
        errand.close();
      }
    });

    errand.start();

    errand.awaitStop();
    assertThat(events.all(WorkerEvent.Stopped.class)).hasSize(1);
    assertClosed();
  }

  @Test
  void closeDuringAStart_waitsForIt_andStopsItsWorker() throws Exception {
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    errand = heldAtItsStart(starting, go);
    CompletableFuture<Void> start = elsewhere(errand::start);
    starting.await();

    Thread closing = new Thread(errand::close);
    closing.start();
    Awaitility.await().until(() -> closing.getState() == Thread.State.WAITING);
    assertThatThrownBy(errand::start).hasMessageContaining("closed");
    go.countDown();

    closing.join();
    start.join();
    assertThat(events.all(WorkerEvent.Stopped.class)).hasSize(1);
    assertClosed();
  }

  @Test
  void awaitStop_returnsWhenItIsClosedElsewhere() throws Exception {
    errand.start();
    CompletableFuture<Void> waiting = elsewhere(() -> {
      try {
        errand.awaitStop();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    });
    assertThat(waiting).isNotDone();

    errand.close();

    waiting.get(30, SECONDS);
    errand.awaitStop();
  }

  @Test
  void awaitStop_beforeAStart_saysSo() {
    assertThatThrownBy(errand::awaitStop)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not been started")
        .hasMessageContaining("start()");
  }

  @Test
  void awaitStop_inAHandler_isRefused() {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    errand = errand((order, job) -> {
      try {
        errand.awaitStop();
      } catch (IllegalStateException refused) {
        thrown.set(refused);
      }
      done.countDown();
    });
    errand.start();
    enqueue("a lamp");

    Awaitility.await().until(() -> done.getCount() == 0);
    assertThat(thrown.get()).hasMessageContaining("cannot wait for its stop");
  }

  @Test
  void awaitStop_inAListenerThatHearsOfTheStart_isRefused() {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    errand = errand((order, job) -> {}, event -> {
      if (event instanceof WorkerEvent.Started) {
        try {
          errand.awaitStop();
        } catch (IllegalStateException | InterruptedException refused) {
          thrown.set(refused);
        }
      }
    });

    errand.start();

    assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void startElsewhere_isWaitedFor() throws Exception {
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    errand = heldAtItsStart(starting, go);
    CompletableFuture<Void> first = elsewhere(errand::start);
    starting.await();

    Thread waiting = new Thread(errand::start);
    waiting.start();
    try {
      Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);
    } finally {
      go.countDown();
    }

    waiting.join();
    first.join();
    assertThat(started).hasValue(1);
  }

  @Test
  void startElsewhere_thatFails_failsAllTheSame() throws Exception {
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    IllegalArgumentException refused = new IllegalArgumentException("no such file");
    errand = new Errand(
        () -> {
          starting.countDown();
          awaitThrough(go);
          throw refused;
        },
        own,
        false);
    CompletableFuture<Void> first = elsewhere(errand::start);
    starting.await();

    AtomicReference<Throwable> second = new AtomicReference<>();
    Thread waiting = new Thread(() -> second.set(catchThrowable(errand::start)));
    waiting.start();
    try {
      Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);
    } finally {
      go.countDown();
    }

    waiting.join();
    assertThat(second.get()).isSameAs(refused);
    assertThatThrownBy(first::join).hasCause(refused);
  }

  @Test
  void startInAListenerThatHearsOfTheStart_returnsAtOnce() {
    errand = errand((order, job) -> {}, event -> {
      if (event instanceof WorkerEvent.Started) {
        errand.start();
      }
    });

    errand.start();

    assertThat(started).hasValue(1);
  }

  @Test
  void startThatFails_mayBeTriedAgain() {
    AtomicInteger tries = new AtomicInteger();
    errand = new Errand(
        () -> tries.incrementAndGet() == 1 ? Worker.on(own) : builder((order, job) -> {}),
        own,
        true);

    assertThatThrownBy(errand::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing to do");
    errand.start();

    assertThat(events.all(WorkerEvent.Started.class)).hasSize(1);
  }

  @Test
  void startWithoutAnAddress_isRefused_beforeTheWorkerSaysThatItTakesJobs() {
    LazyBroker nowhere = new LazyBroker(other.time(), time -> {
      throw new IllegalStateException("no address");
    });
    errand = new Errand(
        () -> Worker.on(nowhere).name(worker).listener(events).handle(PACK, (order, job) -> {}),
        nowhere,
        false);

    assertThatThrownBy(errand::start).hasMessage("no address");
    assertThat(events.all(WorkerEvent.class)).isEmpty();
  }

  @Test
  void closedAfterAStartThatFailed_isClosed() {
    errand = new Errand(() -> Worker.on(own), own, false);
    assertThatThrownBy(errand::start).isInstanceOf(IllegalStateException.class);

    errand.close();

    assertClosed();
  }

  @Test
  void interruptedThread_closesAll_andStaysInterrupted() {
    errand.start();

    Thread.currentThread().interrupt();
    errand.close();

    assertThat(Thread.interrupted()).isTrue();
    assertClosed();
  }

  private static CompletableFuture<Void> elsewhere(Runnable action) {
    return CompletableFuture.runAsync(action, task -> new Thread(task).start());
  }

  private static void awaitThrough(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
