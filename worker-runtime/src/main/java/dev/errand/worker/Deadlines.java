package dev.errand.worker;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Lets a worker's stop wait for what may never end, on the broker's time. */
final class Deadlines {
  /*
   * Nothing here runs on a thread that runs code of a broker or of an application, so that none of these can hold up a deadline: the clock is
   * a scheduler of each wait's own, and what may block, whatever the SPI says, runs aside, on a thread that is left to itself when it is late.
   * Where the machine has no further thread, the caller does both itself: a stop that a broker could hold up then is better than none.
   */
  private final String worker;
  private final Time time;
  private final ThreadKind kind;
  private final AtomicInteger threads = new AtomicInteger();

  Deadlines(String worker, Time time, ThreadKind kind) {
    this.worker = worker;
    this.time = time;
    this.kind = kind;
  }

  /** When this time is over, in nanoseconds of monotonic time. */
  long in(Duration delay) {
    return time.nanoTime() + delay.toNanos();
  }

  /** Runs a step that may block; done when it has returned, and fails as it did. */
  CompletableFuture<Void> aside(Runnable step) {
    return asideUntil(() -> {
      step.run();
      return CompletableFuture.completedFuture(null);
    });
  }

  /** The same; done when what the step gives is. */
  CompletableFuture<Void> asideUntil(Supplier<CompletableFuture<Void>> step) {
    CompletableFuture<CompletableFuture<Void>> begun = new CompletableFuture<>();
    Runnable work = () -> {
      try {
        begun.complete(step.get());
      } catch (Throwable fault) {
        begun.completeExceptionally(fault);
      }
    };
    try {
      kind.make("errand-" + worker + "-stop-" + threads.incrementAndGet(), work).start();
    } catch (OutOfMemoryError noThread) {
      work.run();
    }
    return begun.thenCompose(given -> given);
  }

  /** Waits for the end of something, a failure included; whether it ended. */
  boolean await(CompletableFuture<Void> something, long deadline) {
    CompletableFuture<Boolean> ended = something.handle((nothing, error) -> true);
    if (!ended.isDone()) {
      CompletableFuture<Boolean> late = new CompletableFuture<>();
      try (Scheduler clock = time.scheduler("errand-" + worker + "-deadline")) {
        clock.after(Duration.ofNanos(deadline - time.nanoTime()), () -> late.complete(false));
        CompletableFuture.anyOf(ended, late).join();
      } catch (OutOfMemoryError noThread) {
        awaitWithoutClock(ended, deadline);
      }
    }
    return ended.isDone();
  }

  /** Keeps an interrupt for the caller. */
  private void awaitWithoutClock(CompletableFuture<Boolean> ended, long deadline) {
    boolean interrupted = false;
    long left = deadline - time.nanoTime();
    while (!ended.isDone() && left > 0) {
      try {
        boolean unusedAlways = ended.get(left, NANOSECONDS);
      } catch (TimeoutException late) {
        // By the JVM's clock; ours is asked below.
      } catch (InterruptedException early) {
        interrupted = true;
      } catch (ExecutionException impossible) {
        throw new AssertionError(impossible);
      }
      left = deadline - time.nanoTime();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
