package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.errand.codec.PayloadCodec;
import dev.errand.codec.WireFormat;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stop that finds a codec or a listener at work. */
@Timeout(60)
class StopAmidUserCodeTest {
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

  @Test
  void jobThatIsReadWhenTheStopComes_isGivenBackAtOnce_andNeverBegins() throws Exception {
    Worker worker = stage.start(
        stage.worker().codec(new SlowCodec()).handle(GREET, (name, job) -> seen.add(name)));
    stage.client.enqueue(GREET, "Ann");
    running.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 1);
    assertThat(stop).isNotDone();
    go.countDown();

    StopReport report = stop.join();
    assertThat(report.givenBack()).isEqualTo(1);
    assertThat(report.orderly()).isTrue();
    assertThat(seen).isEmpty();
    assertThat(stage.waiting().get(0).headers()).doesNotContainKey(WireFormat.INTERRUPTIONS);
  }

  @Test
  void codecThatDoesNotReturn_isReportedByItsThread_andItsJobNeverBegins() throws Exception {
    Worker worker = stage.start(stage
        .worker()
        .codec(new SlowCodec())
        .gracePeriod(GRACE)
        .handle(GREET, (name, job) -> seen.add(name)));
    stage.client.enqueue(GREET, "Ann");
    running.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(GRACE);
    stage.passDeadline(Shutdown.INTERRUPTS);

    StopReport report = stop.join();
    assertThat(report.orderly()).isFalse();
    assertThat(report.stillRunning()).isEmpty();
    assertThat(report.faults())
        .singleElement()
        .asString()
        .contains("'errand-test-handler-", "codec");
    go.countDown();
    Stage.assertNoThreads("test");
    assertThat(seen).isEmpty();
    assertThat(stage.waiting()).hasSize(1);
  }

  @Test
  void listenerThatDoesNotReturn_isReportedByItsThread() throws Exception {
    Worker worker = stage.start(stage
        .worker()
        .gracePeriod(GRACE)
        .listener(event -> {
          if (event instanceof WorkerEvent.Succeeded) {
            running.countDown();
            Stage.awaitThroughInterrupts(go);
          }
        })
        .handle(GREET, (name, job) -> seen.add(name)));
    stage.client.enqueue(GREET, "Ann");
    running.await();

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(GRACE);
    stage.passDeadline(Shutdown.INTERRUPTS);

    assertThat(stop.join().faults())
        .singleElement()
        .asString()
        .contains("'errand-test-handler-", "listener");
    assertThat(stage.waiting()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(classes = {WorkerEvent.Stopping.class, WorkerEvent.Stopped.class})
  void listenerThatDoesNotReturnAtTheStop_doesNotHoldItUp(Class<? extends WorkerEvent> event)
      throws Exception {
    Worker worker = stage.start(stage
        .worker()
        .listener(told -> {
          if (event.isInstance(told)) {
            running.countDown();
            Stage.awaitThroughInterrupts(go);
          }
        })
        .handle(GREET, (name, job) -> seen.add(name)));

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    running.await();
    stage.passDeadline(Shutdown.LISTENERS);

    assertThat(stop.join().faults()).singleElement().asString().contains("listener");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {WorkerEvent.Succeeded.class, WorkerEvent.Stopping.class, WorkerEvent.Stopped.class
      })
  void awaitStop_fromAListener_isRefused(Class<? extends WorkerEvent> event) throws Exception {
    CompletableFuture<Worker> started = new CompletableFuture<>();
    Worker worker = stage.start(stage
        .worker()
        .listener(told -> {
          if (event.isInstance(told)) {
            refusedAwait(started.join());
          }
        })
        .handle(GREET, (name, job) -> {}));
    started.complete(worker);
    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Succeeded.class);

    assertThat(worker.stop().orderly()).isTrue();
    assertThat(seen).containsExactly("refused");
  }

  @Test
  void awaitStop_fromAHandler_isRefused() throws Exception {
    CompletableFuture<Worker> started = new CompletableFuture<>();
    Worker worker =
        stage.start(stage.worker().handle(GREET, (name, job) -> refusedAwait(started.join())));
    started.complete(worker);
    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Succeeded.class);

    assertThat(worker.stop().orderly()).isTrue();
    assertThat(seen).containsExactly("refused");
    assertThat(worker.awaitStop()).isSameAs(worker.stop());
  }

  private void refusedAwait(Worker worker) {
    assertThatIllegalStateException()
        .isThrownBy(worker::awaitStop)
        .withMessageContaining("'test'")
        .withMessageContaining("Call stop()");
    seen.add("refused");
  }

  /** Reads for as long as the test likes. */
  private final class SlowCodec implements PayloadCodec {
    @Override
    public String contentType() {
      return WireFormat.JSON;
    }

    @Override
    public <P> byte[] write(P payload, Class<P> type) {
      return PayloadCodec.json().write(payload, type);
    }

    @Override
    public <P> P read(byte[] body, Class<P> type) {
      running.countDown();
      Stage.awaitThroughInterrupts(go);
      return PayloadCodec.json().read(body, type);
    }
  }
}
