package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a JVM costs that lacks memory for a moment: an attempt at most, and no job. */
@Timeout(60)
final class ExhaustedTest {
  private static final Duration IN_HAND = Duration.ofMillis(50);
  private static final Duration DELAY = Duration.ofSeconds(5);

  private final Stage stage = new Stage();
  private final AtomicBoolean exhausted = new AtomicBoolean(true);

  @AfterEach
  void close() {
    stage.close();
  }

  private void start(Broker broker, Task<String> task) {
    Worker unused = stage.start(Worker.on(broker)
        .name("test")
        .silence(WorkerBuilder.LONGEST_SILENCE)
        .listener(stage.events)
        .handle(task, (name, job) -> {
          if (job.attempt() == 1) {
            throw new IOException("no ink");
          }
        }));
    stage.client.enqueue(task, "Ann");
  }

  private void assertRunsAgain() {
    stage.time.advance(DELAY);
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(stage.dead()).isEmpty();
    assertThat(stage.events.all(WorkerEvent.Fault.class)).isEmpty();
  }

  @Test
  void noMemoryForAPauseInHand_isAFailureOfTheAttempt() {
    Task<String> task =
        Stage.GREET.retrying(RetryPolicy.every(DELAY).attempts(2).inHand(1, IN_HAND));
    Time time = new FewPauses();
    start(Stage.answering(stage.broker, "time", (real, args) -> time), task);

    assertThat(stage.events.await(WorkerEvent.Retrying.class).error())
        .isInstanceOf(OutOfMemoryError.class);
    assertRunsAgain();
  }

  @Test
  void noMemoryForADecision_isNoWordOnTheJob_whichIsDecidedLater() {
    AtomicInteger asked = new AtomicInteger();
    Task<String> task = Stage.GREET.retrying(RetryPolicy.by((attempt, error) -> {
      if (asked.incrementAndGet() == 1) {
        throw new OutOfMemoryError("Java heap space");
      }
      return Optional.of(DELAY);
    }));
    start(stage.broker, task);
    stage.passDeadline(Pipeline.MEMORY);

    stage.events.await(WorkerEvent.Retrying.class);
    assertThat(asked).hasValue(2);
    assertRunsAgain();
  }

  /** The stage's time, but that the first pause in hand finds no memory. */
  private final class FewPauses implements Time {
    @Override
    public Instant instant() {
      return stage.time.instant();
    }

    @Override
    public long nanoTime() {
      return stage.time.nanoTime();
    }

    @Override
    public Scheduler scheduler(String threadName) {
      Scheduler real = stage.time.scheduler(threadName);
      return new Scheduler() {
        @Override
        public void after(Duration delay, Runnable action) {
          if (delay.equals(IN_HAND) && exhausted.getAndSet(false)) {
            throw new OutOfMemoryError("Java heap space");
          }
          real.after(delay, action);
        }

        @Override
        public void close() {
          real.close();
        }
      };
    }
  }
}
