package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job does not begin beside a run of itself that nobody waits for. */
@Timeout(60)
class StillRunningTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String LANE = WireFormat.laneOf(QUEUE);
  private static final Task<String> BOUNDED =
      GREET.timeout(TIMEOUT).retrying(RetryPolicy.every(SECOND).attempts(9));

  private final Stage stage = new Stage();
  private final BlockingQueue<TaskContext> begun = new LinkedBlockingQueue<>();
  private final CountDownLatch go = new CountDownLatch(1);

  @AfterEach
  void close() {
    go.countDown();
    stage.close();
  }

  private void start(Task<String> task) {
    stage.start(stage.worker().handle(task, (payload, job) -> {
      begun.add(job);
      if (!payload.equals("next")) {
        Stage.awaitThroughInterrupts(go);
      }
    }));
    stage.events.await(WorkerEvent.Consuming.class);
  }

  private void publish(String queue, String id, Map<String, Object> headers) {
    Message message =
        Message.of(id, "\"Ann\"".getBytes(UTF_8)).type("greet").headers(headers).build();
    stage.broker.publish(Publication.of(message, Route.queue(queue))).join();
  }

  private void awaitPutOff(int times) {
    WorkerEvent.StillRuns told = stage.events.await(WorkerEvent.StillRuns.class, times);
    assertThat(told.delay()).isEqualTo(MINUTE);
    Awaitility.await()
        .until(() -> stage.report(QUEUE).unsettled().orElse(0) == 0
            && stage.report(LANE).unsettled().orElse(0) == 0);
  }

  private void assertNextRuns() throws InterruptedException {
    stage.client.enqueue(GREET, "next", EnqueueOptions.withId("next"));
    assertThat(begun.take().id()).isEqualTo("next");
  }

  /** It begins when the minute is over in which its earlier run ended. */
  private TaskContext again() {
    go.countDown();
    Awaitility.await().until(() -> {
      stage.time.advance(MINUTE);
      return !begun.isEmpty();
    });
    return begun.remove();
  }

  private void assertPutOffEachMinute() throws Exception {
    awaitPutOff(1);
    stage.time.advance(MINUTE);
    awaitPutOff(2);
    assertThat(begun).isEmpty();
    assertNextRuns();
  }

  @Test
  void retryOfAStuckJob_isPutOff_whileThatRuns_andCostsNothing() throws Exception {
    start(BOUNDED);
    stage.client.enqueue(BOUNDED, "Ann");
    begun.take();
    stage.time.advance(TIMEOUT.plus(Ticker.PAUSE));
    stage.time.advance(WorkerBuilder.UNWINDING.plus(Ticker.PAUSE));
    stage.events.await(WorkerEvent.Stuck.class);
    stage.events.await(WorkerEvent.Retrying.class);
    Awaitility.await().until(() -> stage.report(QUEUE).unsettled().orElse(0) == 0);
    stage.time.advance(SECOND);

    assertPutOffEachMinute();

    TaskContext again = again();
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.headers())
        .doesNotContainKeys(
            WireFormat.RETURNS, WireFormat.CRASHES, WireFormat.DEFERRALS, WireFormat.INTERRUPTIONS);
  }

  @Test
  void jobWhoseConnectionWasLost_isCountedAsReturnedOnce_andPutOff_whileItRuns() throws Exception {
    start(GREET);
    stage.client.enqueue(GREET, "Ann");
    begun.take();
    Faults.of(stage.broker).cut();
    stage.time.advance(Duration.ofMillis(10));

    assertPutOffEachMinute();

    TaskContext again = again();
    assertThat(again.attempt()).isEqualTo(1);
    assertThat(again.headers())
        .containsEntry(WireFormat.RETURNS, 1)
        .doesNotContainKey(WireFormat.CRASHES);
  }

  @Test
  void jobOfALane_goesIntoItsLaneAgain() throws Exception {
    start(GREET);
    publish(LANE, "7", Map.of(WireFormat.RETURNS, 2));
    begun.take();
    Faults.of(stage.broker).cut();
    stage.time.advance(Duration.ofMillis(10));

    awaitPutOff(1);
    stage.time.advance(MINUTE);
    awaitPutOff(2);
    TaskContext again = again();
    assertThat(again.headers())
        .containsEntry(WireFormat.RETURNS, 3)
        .doesNotContainKey(WireFormat.CRASHES);
    assertThat(stage.events.all(WorkerEvent.CameBack.class)).hasSize(1);
  }

  @Test
  void duplicate_ofAJobWhoseDeliveryLives_runsBesideIt() throws Exception {
    start(GREET);
    publish(QUEUE, "7", Map.of());
    publish(QUEUE, "7", Map.of());

    assertThat(begun.take().id()).isEqualTo("7");
    assertThat(begun.take().id()).isEqualTo("7");
  }

  @Test
  void jobsWithoutAnId_areNotTheSame() throws Exception {
    start(GREET);
    publish(QUEUE, "", Map.of());
    begun.take();
    Faults.of(stage.broker).cut();
    stage.time.advance(Duration.ofMillis(10));

    assertThat(begun.take().headers()).containsEntry(WireFormat.RETURNS, 1);
    assertThat(stage.events.all(WorkerEvent.StillRuns.class)).isEmpty();
  }
}
