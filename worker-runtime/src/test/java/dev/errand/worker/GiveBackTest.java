package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has not begun is given back, and nothing that it bears is lost by that. */
@Timeout(60)
class GiveBackTest {
  private static final Task<String> PAY = Task.of("pay", String.class).on(QUEUE).atMostOnce();

  private final Stage stage = new Stage();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    go.countDown();
    stage.close();
  }

  /** One handler, which holds its first job until it may go on. */
  private Worker holding(Task<String> task) {
    TaskHandler<String> handler = (name, job) -> {
      seen.add(name + " " + job.headers().get(WireFormat.RETURNS));
      running.countDown();
      go.await();
    };
    return stage.start(stage.worker().concurrency(1).handle(task, handler));
  }

  /** The second of two jobs waits in hand, and has come back with the connection. */
  private Worker holdingWhatCameBack(Task<String> task) throws InterruptedException {
    Worker worker = holding(task);
    stage.client.enqueueAll(task, List.of("Ann", "Bob"));
    running.await();
    Faults.of(stage.broker).cut();
    stage.time.advance(Duration.ofSeconds(1));
    stage.events.await(WorkerEvent.Consuming.class, 2);
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 0);
    return worker;
  }

  @Test
  void jobAtMostOnce_thatCameBack_andIsGivenBack_mayHaveRun() throws Exception {
    Worker worker = holdingWhatCameBack(PAY);

    worker.pause().join();

    Awaitility.await().until(() -> stage.dead().size() == 2);
    assertThat(stage.dead())
        .extracting(each -> each.headers().get(WireFormat.FAILURE_REASON))
        .containsOnly("may have run");
    assertThat(stage.waiting()).isEmpty();
    assertThat(seen).containsExactly("Ann null");
  }

  @Test
  void job_thatCameBack_andIsGivenBack_bearsThatItDid() throws Exception {
    Worker worker = holdingWhatCameBack(GREET);

    worker.pause().join();

    Awaitility.await().until(() -> stage.waiting().size() == 2);
    assertThat(stage.waiting())
        .extracting(Message::headers)
        .allSatisfy(headers -> assertThat(headers).containsEntry(WireFormat.RETURNS, 1));
    assertThat(stage.events.await(WorkerEvent.CameBack.class, 2).returns()).isEqualTo(1);
  }

  /** Whoever gets these next; how often each came back by then. */
  private List<Integer> redeliveries(String queue, int count) {
    List<Integer> found = new CopyOnWriteArrayList<>();
    Subscription looking =
        stage.broker.subscribe(queue, count, delivery -> found.add(delivery.redeliveries()));
    Awaitility.await().until(() -> found.size() == count);
    looking.close();
    return found;
  }

  @Test
  void job_thatWaitedForHalfTheConsumerTimeout_isGivenBack_atTheNextLook() throws Exception {
    Duration half = Duration.ofMinutes(2);
    Broker impatient = Stage.answering(
        stage.broker,
        "capabilities",
        (real, none) -> allowing(real.capabilities(), half.multipliedBy(2)));
    stage.start(Worker.on(impatient)
        .concurrency(1)
        .prefetch(2)
        .silence(WorkerBuilder.LONGEST_SILENCE)
        .listener(stage.events)
        .handle(GREET, (name, job) -> {
          running.countDown();
          go.await();
        }));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob"));
    running.await();
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 0);

    stage.time.advance(half.minus(Ticker.PAUSE));
    assertThat(stage.report(QUEUE).unsettled()).isEqualTo(OptionalLong.of(2));
    stage.time.advance(Ticker.PAUSE.multipliedBy(2));

    assertThat(stage.events.await(WorkerEvent.GivenBack.class).waited())
        .isBetween(half, half.plus(Ticker.PAUSE));
  }

  private static Capabilities allowing(Capabilities found, Duration consumerTimeout) {
    return new Capabilities(
        found.server(),
        found.maxBodyBytes(),
        found.maxDelay(),
        found.delayStep(),
        found.durability(),
        found.priorities(),
        Optional.of(consumerTimeout));
  }

  @Test
  void copy_whoseOriginalHasNotLeft_isGivenBackByAStop() throws Exception {
    Worker worker = holdingWhatCameBack(GREET);
    Faults.of(stage.broker).holdAnswers();
    go.countDown();
    stage.events.await(WorkerEvent.CameBack.class, 2);
    Awaitility.await().until(() -> stage.report(QUEUE).unsettled().equals(OptionalLong.of(4)));

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await().until(() -> stage.report(QUEUE).ready() == 2);
    Faults.of(stage.broker).flow();

    assertThat(stop.join().givenBack()).isEqualTo(2);
    assertThat(stop.join().orderly()).isTrue();
    assertThat(redeliveries(QUEUE, 2)).containsExactly(0, 0);
    assertThat(seen).containsExactly("Ann null");
  }

  /** One that took its worker down before, in the lane. */
  private void publishSuspect() {
    Message suspect = Message.of("7", "\"Eve\"".getBytes(StandardCharsets.UTF_8))
        .type("greet")
        .headers(Map.of(WireFormat.CRASHES, 1))
        .build();
    Route lane = Route.queue(WireFormat.laneOf(QUEUE));
    stage.broker.publish(Publication.of(suspect, lane)).join();
  }

  @Test
  void suspect_thatHasNotBegun_isGivenBackByAPause_andDoesNotBegin() {
    Worker worker = holding(GREET);
    stage.events.await(WorkerEvent.Consuming.class);
    publishSuspect();
    String lane = WireFormat.laneOf(QUEUE);
    Awaitility.await().until(() -> stage.report(lane).unsettled().equals(OptionalLong.of(1)));

    worker.pause().join();
    stage.time.advance(Suspect.HEAD_START);

    Awaitility.await().until(() -> stage.report(lane).ready() == 1);
    assertThat(redeliveries(lane, 1)).containsExactly(0);
    assertThat(seen).isEmpty();
  }

  @Test
  void stop_countsNoneThatCameBack_asGivenBack() throws Exception {
    Worker worker = holdingWhatCameBack(GREET);

    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    Awaitility.await().until(() -> stage.waiting().size() == 2);
    go.countDown();

    assertThat(stop.join().givenBack()).isZero();
    assertThat(stop.join().orderly()).isTrue();
  }
}
