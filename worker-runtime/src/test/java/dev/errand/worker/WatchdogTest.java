package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogTest {
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final Stage stage = new Stage();
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @AfterEach
  void close() {
    mayEnd.countDown();
    stage.close();
  }

  /** One whose consumers get one delivery at a time, however many they asked for. */
  private static Broker stingy(Broker broker) {
    return giving(1, broker);
  }

  private static Broker giving(int places, Broker broker) {
    return Stage.answering(
        broker,
        "subscribe",
        (real, args) -> real.subscribe((String) args[0], places, (Receiver) args[2]));
  }

  private WorkerBuilder watched(Broker broker) {
    return Worker.on(broker)
        .name("test")
        .prefetch(4)
        .silence(SILENCE)
        .gracePeriod(Duration.ZERO)
        .listener(stage.events);
  }

  @Test
  void silence_whileAJobIsInHand_keepsItsDelivery() {
    Worker worker =
        stage.start(watched(stingy(stage.broker)).handle(GREET, (name, job) -> mayEnd.await()));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob", "Cid"));
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 2);

    stage.time.advance(SILENCE.multipliedBy(2));
    assertThat(stage.events.all(WorkerEvent.Silent.class)).isEmpty();
    stage.time.advance(SILENCE);
    assertThat(stage.events.await(WorkerEvent.Silent.class))
        .isEqualTo(new WorkerEvent.Silent("test", QUEUE, 2, SILENCE));
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.SILENT);

    mayEnd.countDown();
    stage.events.await(WorkerEvent.Succeeded.class, 3);
    assertThat(stage.events.all(WorkerEvent.SettleGone.class)).isEmpty();
    assertThat(worker.health().ready()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "never answers"})
  @SuppressWarnings("FutureReturnValueIgnored") // The proxy's caller has it.
  void broker_thatFailedToCount_isAskedAgain(String how) {
    AtomicBoolean fails = new AtomicBoolean(true);
    Broker moody = Stage.answering(stingy(stage.broker), "inspect", (real, args) -> {
      if (!fails.get()) {
        return real.inspect((String) args[0], (Integer) args[1]);
      } else if (how.equals("throws")) {
        throw new IllegalStateException("not now");
      }
      return new CompletableFuture<>();
    });
    stage.start(watched(moody).handle(GREET, (name, job) -> mayEnd.await()));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob", "Cid"));
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 2);

    stage.time.advance(SILENCE.multipliedBy(2));
    fails.set(false);
    stage.time.advance(SILENCE.multipliedBy(2));

    stage.events.await(WorkerEvent.Silent.class);
    mayEnd.countDown();
    stage.events.await(WorkerEvent.Succeeded.class, 3);
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // The proxy's caller has it.
  void silenceThatWasFound_stands_whileTheBrokerDoesNotCount() {
    AtomicBoolean fails = new AtomicBoolean();
    Broker moody = Stage.answering(stingy(stage.broker), "inspect", (real, args) -> {
      if (fails.get()) {
        throw new IllegalStateException("not now");
      }
      return real.inspect((String) args[0], (Integer) args[1]);
    });
    Worker worker = stage.start(watched(moody).handle(GREET, (name, job) -> mayEnd.await()));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob", "Cid"));
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 2);
    stage.time.advance(SILENCE.multipliedBy(3));
    stage.events.await(WorkerEvent.Silent.class);

    fails.set(true);
    stage.time.advance(SILENCE.multipliedBy(2));

    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.SILENT);
  }

  @Test
  void queue_thatIsEmpty_isLeftAsItIs() {
    stage.start(watched(stage.broker).handle(GREET, (name, job) -> {}));
    stage.events.await(WorkerEvent.Consuming.class);

    stage.time.advance(SILENCE.multipliedBy(10));

    assertThat(stage.events.all(WorkerEvent.Silent.class)).isEmpty();
    assertThat(stage.events.all(WorkerEvent.Consuming.class)).hasSize(1);
  }

  /** As a consumer that is made while two are in hand: it has two places less. */
  @Test
  void queue_whosePlacesAreClosed_forWhatWasInHandAtAResume_isLeftAsItIs() throws Exception {
    CountDownLatch running = new CountDownLatch(2);
    Worker worker =
        stage.start(watched(giving(2, stage.broker)).concurrency(2).handle(GREET, (name, job) -> {
          running.countDown();
          mayEnd.await();
        }));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob", "Cid"));
    running.await();
    worker.pause().join();
    worker.resume();
    assertThat(stage.report(QUEUE).ready()).isEqualTo(1);

    stage.time.advance(SILENCE.multipliedBy(10));

    assertThat(stage.events.all(WorkerEvent.Silent.class)).isEmpty();
    mayEnd.countDown();
    stage.events.await(WorkerEvent.Succeeded.class, 3);
  }

  @Test
  void queue_whosePrefetchIsInHand_isLeftAsItIs() {
    stage.start(watched(stage.broker).handle(GREET, (name, job) -> mayEnd.await()));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob", "Cid", "Dan", "Eve", "Fay"));
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 2);

    stage.time.advance(SILENCE.multipliedBy(10));

    assertThat(stage.events.all(WorkerEvent.Silent.class)).isEmpty();
    mayEnd.countDown();
    stage.events.await(WorkerEvent.Succeeded.class, 6);
  }
}
