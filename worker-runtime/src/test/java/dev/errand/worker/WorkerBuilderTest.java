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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerBuilderTest {
  private final Stage stage = new Stage();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void worker_thatIsMisconfigured_isRefusedAtTheCall() {
    WorkerBuilder builder = stage.worker();
    Exchange news = Exchange.topic("news");
    Task<String> announce = Task.of("announce", String.class).through(news, "new");
    Queue mine = Queue.named(QUEUE);

    assertThatIllegalStateException().isThrownBy(builder::start).withMessageContaining("'test'");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.concurrency(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.prefetch(1001));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.gracePeriod(Duration.ofDays(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.name(" "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.handle(announce, (name, job) -> {}))
        .withMessageContaining("name the queue");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.handle(announce, mine, List.of(), (name, job) -> {}))
        .withMessageContaining("binding");
    builder.handle(GREET, (name, job) -> {});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.handle(GREET, (name, job) -> {}))
        .withMessageContaining("already");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.listener(missing()))
        .withMessageContaining("listener");
  }

  @SuppressWarnings("NullAway") // As a caller without its checks does.
  private static WorkerListener missing() {
    return null;
  }

  @Test
  void queueAndItsDeadLetters_inOneWorker_areRefusedInEitherOrder() {
    Task<String> dead = Task.of("dead", String.class).on(QUEUE + ".dead");
    WorkerBuilder living = stage.worker().handle(GREET, (name, job) -> {});
    WorkerBuilder burying = stage.worker().handle(dead, (name, job) -> {});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> living.handle(dead, (name, job) -> {}))
        .withMessageContaining("'greet'")
        .withMessageContaining("'dead'")
        .withMessageContaining("'greetings' and 'greetings.dead'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> burying.handle(GREET, (name, job) -> {}))
        .withMessageContaining("'greetings.dead' and 'greetings'");
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
