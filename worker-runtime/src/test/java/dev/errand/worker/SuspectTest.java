package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of two suspects, in the lanes of two queues, one begins when the other can come back no more. */
@Timeout(60)
class SuspectTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Task<String> FIRST =
      GREET.timeout(TIMEOUT).retrying(RetryPolicy.every(Duration.ofHours(1)).attempts(3));
  private static final Task<String> SECOND = Task.of("second", String.class).on("seconds");

  private final Stage stage = new Stage();
  private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
  private final CountDownLatch mayFail = new CountDownLatch(1);

  /** The first suspect runs, and the broker answers nobody from then on. */
  @BeforeEach
  void begin() throws Exception {
    stage.start(stage
        .worker()
        .concurrency(1)
        .handle(FIRST, (name, job) -> {
          begun.add(name);
          if (name.equals("suspect")) {
            Stage.awaitThroughInterrupts(mayFail);
            throw new IllegalStateException("as it may");
          }
        })
        .handle(SECOND, (name, job) -> begun.add(name)));
    stage.events.await(WorkerEvent.Consuming.class, 2);
    publishSuspect(FIRST, "suspect").join();
    awaitBegun();
    assertThat(begun.take()).isEqualTo("suspect");
    stage.client.enqueue(FIRST, "next");
    Faults.of(stage.broker).holdAnswers();
  }

  @AfterEach
  void close() {
    mayFail.countDown();
    Faults.of(stage.broker).flow();
    stage.close();
  }

  private static String queueOf(Task<String> task) {
    return task == FIRST ? Stage.QUEUE : "seconds";
  }

  private CompletableFuture<Void> publishSuspect(Task<String> task, String payload) {
    Message suspect = Message.of(payload, ('"' + payload + '"').getBytes(UTF_8))
        .type(task.name())
        .headers(Map.of(WireFormat.CRASHES, 1))
        .build();
    Route lane = Route.queue(WireFormat.laneOf(queueOf(task)));
    return stage.broker.publish(Publication.of(suspect, lane));
  }

  private void awaitBegun() {
    Awaitility.await().until(() -> {
      stage.time.advance(Suspect.HEAD_START);
      return !begun.isEmpty();
    });
  }

  @Test
  void suspectThatFailed_isInHand_untilItsCopyIsSafe() throws Exception {
    mayFail.countDown();
    stage.events.await(WorkerEvent.Retrying.class);
    assertThat(begun.take()).as("the first has left its thread").isEqualTo("next");

    CompletableFuture<Void> unusedAnswer = publishSuspect(SECOND, "other");

    Awaitility.await().until(() -> {
      stage.time.advance(Suspect.HEAD_START);
      return !begun.isEmpty() || !stage.events.all(WorkerEvent.PutAside.class).isEmpty();
    });
    assertThat(begun).isEmpty();
    Faults.of(stage.broker).flow();
    awaitBegun();
    assertThat(begun.take()).isEqualTo("other");
  }

  @Test
  void suspectThatIsGivenUp_isNot_thoughItsCopyIsNotSafe() throws Exception {
    stage.time.advance(TIMEOUT.plus(Ticker.PAUSE));
    stage.time.advance(WorkerBuilder.UNWINDING.plus(Ticker.PAUSE));
    stage.events.await(WorkerEvent.Stuck.class);
    stage.events.await(WorkerEvent.Retrying.class);
    assertThat(begun.take()).isEqualTo("next");
    String lane = WireFormat.laneOf(Stage.QUEUE);
    assertThat(stage.report(lane).unsettled()).isEqualTo(OptionalLong.of(1));

    CompletableFuture<Void> unusedAnswer = publishSuspect(SECOND, "other");

    awaitBegun();
    assertThat(begun.take()).isEqualTo("other");
    assertThat(stage.events.all(WorkerEvent.PutAside.class)).isEmpty();
  }
}
