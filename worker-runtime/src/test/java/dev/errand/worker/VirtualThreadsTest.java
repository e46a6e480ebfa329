package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Task;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a Java without them, their refusal is what is shown. */
@Timeout(120)
final class VirtualThreadsTest {
  private static final int MANY = 10_000;

  private final Stage stage = new Stage();
  private final CountDownLatch go = new CountDownLatch(1);

  @AfterEach
  void close() {
    go.countDown();
    stage.close();
  }

  /** Whether they are there; where not, that the switch says so. */
  private boolean offered() {
    if (Threads.virtualOnes()) {
      return true;
    }
    assertThatThrownBy(() -> stage.worker().virtualThreads())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("'test'", "Java 21", "this is Java " + Runtime.version());
    return false;
  }

  @Test
  void tenThousandJobsThatWait_runAtOnce() throws Exception {
    if (!offered()) {
      return;
    }
    CountDownLatch all = new CountDownLatch(MANY);
    stage.start(stage.worker().virtualThreads().concurrency(MANY).handle(GREET, (name, job) -> {
      all.countDown();
      go.await();
    }));

    stage.client.enqueueAll(GREET, Collections.nCopies(MANY, "Ann"));

    all.await();
    go.countDown();
    stage.events.await(WorkerEvent.Succeeded.class, MANY);
    assertThat(stage.stop().orderly()).isTrue();
  }

  @Test
  void handlerOnAVirtualThread_isNamed_interrupted_andKnownAsTheWorkersOwn() throws Exception {
    if (!offered()) {
      return;
    }
    CountDownLatch running = new CountDownLatch(1);
    AtomicReference<@Nullable String> name = new AtomicReference<>();
    AtomicReference<@Nullable Worker> worker = new AtomicReference<>();
    AtomicReference<@Nullable StopReport> within = new AtomicReference<>();
    Task<String> task = GREET.timeout(Duration.ofSeconds(1));
    worker.set(stage.start(stage.worker().virtualThreads().handle(task, (payload, job) -> {
      name.set(Thread.currentThread().getName());
      running.countDown();
      try {
        go.await();
      } catch (InterruptedException told) {
        Worker own = worker.get();
        within.set(own == null ? null : own.stop());
        throw told;
      }
    })));
    stage.client.enqueue(task, "Ann");
    running.await();

    stage.time.advance(Duration.ofSeconds(1).plus(Ticker.PAUSE));

    stage.events.await(WorkerEvent.Retrying.class);
    assertThat(name.get()).startsWith("errand-test-handler-");
    assertThat(within.get())
        .isNotNull()
        .satisfies(report -> assertThat(report.faults()).isNotEmpty());
  }

  @Test
  void moreHandlersThanThreadsOfThePlatform_areRefused_withTheSwitch() {
    WorkerBuilder builder = stage.worker().concurrency(1001).handle(GREET, (name, job) -> {});

    assertThatIllegalStateException()
        .isThrownBy(builder::start)
        .withMessageContainingAll("'test'", "1001", "1000", "virtualThreads()");
  }
}
