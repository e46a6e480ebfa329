package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.errand.Task;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerBuilderTest {
  private static final Task<String> ANNOUNCE =
      Task.of("announce", String.class).through(Exchange.topic("news"), "new");

  private final Stage stage = new Stage();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void worker_thatIsMisconfigured_isRefusedAtTheCall() {
    WorkerBuilder builder = stage.worker();
    assertThatIllegalStateException().isThrownBy(builder::start).withMessageContaining("'test'");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.concurrency(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.prefetch(40_001));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.gracePeriod(Duration.ofDays(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.deployPeriod(Duration.ofDays(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.deployPeriod(Duration.ofDays(366)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.name(" "));
    builder.handle(GREET, (name, job) -> {});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.handle(GREET, (name, job) -> {}))
        .withMessageContaining("already");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.listener(missing()))
        .withMessageContaining("listener");
  }

  @Test
  void taskThroughAnExchange_withoutItsQueueOrItsBinding_isRefusedAtTheCall() {
    WorkerBuilder builder = stage.worker();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.handle(ANNOUNCE, (name, job) -> {}))
        .withMessageContainingAll("task 'announce' to exchange 'news'", "task.from(queue)");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.handle(ANNOUNCE.from(QUEUE), (name, job) -> {}))
        .withMessageContainingAll("'greetings'", "boundBy(key");
    assertThatIllegalStateException().isThrownBy(builder::start).withMessageContaining("nothing");
  }

  @Test
  void queue_ofTwoTasks_isOneConstant() {
    WorkerBuilder builder = stage.worker().handle(GREET, (name, job) -> {});
    Queue other = Queue.named(QUEUE).priorities(3);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.handle(ANNOUNCE.from(other).boundBy("new"), (name, job) -> {}))
        .withMessageContainingAll("'greetings'", "share one constant");
    builder.handle(ANNOUNCE.from(QUEUE).boundBy("new"), (name, job) -> {});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.handle(ANNOUNCE.from(QUEUE).boundBy("old"), (name, job) -> {}))
        .withMessageContainingAll("'announce'", "already");
  }

  @Test
  void alias_thatIsAnotherTasksName_isRefusedInTheSameQueue() {
    Task<String> former = Task.of("wave", String.class).on(QUEUE);
    Task<String> renamed = Task.of("welcome", String.class).on(QUEUE).alias("wave", "greet");
    WorkerBuilder builder = stage.worker().handle(former, (name, job) -> {});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.handle(renamed, (name, job) -> {}))
        .withMessageContainingAll("'wave'", "'greetings'", "'welcome'", "two tasks");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            stage.worker().handle(renamed, (name, job) -> {}).handle(GREET, (name, job) -> {}))
        .withMessageContainingAll("'greet'", "two tasks");
    builder.handle(
        Task.of("welcome", String.class).on("elsewhere").alias("wave"), (name, job) -> {});
  }

  @SuppressWarnings("NullAway") // As a caller without its checks does.
  private static WorkerListener missing() {
    return null;
  }

  @Test
  void concurrency_withoutAPrefetch_isReached() {
    CountDownLatch all = new CountDownLatch(40);
    stage.start(stage.worker().concurrency(40).handle(GREET, (name, job) -> {
      all.countDown();
      all.await();
    }));
    stage.client.enqueueAll(GREET, Collections.nCopies(40, "Ann"));

    stage.events.await(WorkerEvent.Succeeded.class, 40);
  }
}
