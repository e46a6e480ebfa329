package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a machine that has no further thread. */
@Timeout(60)
class DeadlinesTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Deadlines deadlines =
      new Deadlines("none", new Threadless(), (name, work) -> new NeverStarts());

  @Test
  void step_withoutAThread_runsOnTheCallers() {
    AtomicReference<@Nullable Thread> ran = new AtomicReference<>();

    assertThat(deadlines.aside(() -> ran.set(Thread.currentThread()))).isCompleted();
    assertThat(ran).hasValue(Thread.currentThread());
  }

  @Test
  void stepThatFails_withoutAThread_fails() {
    CompletableFuture<Void> step = deadlines.aside(() -> {
      throw new IllegalStateException("no step");
    });

    assertThat(catchThrowable(step::join))
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("no step");
  }

  @Test
  void wait_withoutAClock_endsAtItsDeadline_andKeepsAnInterrupt() {
    Thread.currentThread().interrupt();
    long deadline = deadlines.in(SHORT);

    boolean ended = deadlines.await(new CompletableFuture<>(), deadline);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(ended).isFalse();
    assertThat(deadlines.in(Duration.ZERO)).isGreaterThanOrEqualTo(deadline);
  }

  @Test
  void wait_withoutAClock_endsWithWhatItWaitsFor() {
    CompletableFuture<Void> soon = new CompletableFuture<>();
    Thread other = new Thread(() -> soon.complete(null));
    other.start();

    assertThat(deadlines.await(soon, deadlines.in(Duration.ofHours(1)))).isTrue();
  }

  /** The JVM's time, whose schedulers get no thread. */
  private static final class Threadless implements Time {
    @Override
    public Instant instant() {
      return Time.system().instant();
    }

    @Override
    public long nanoTime() {
      return Time.system().nanoTime();
    }

    @Override
    public Scheduler scheduler(String threadName) {
      return new Scheduler() {
        @Override
        public void after(Duration delay, Runnable action) {
          throw new OutOfMemoryError("unable to create native thread");
        }

        @Override
        public void close() {}
      };
    }
  }
}
