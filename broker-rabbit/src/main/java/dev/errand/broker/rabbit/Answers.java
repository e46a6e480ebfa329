package dev.errand.broker.rabbit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Completes callers' futures, in order, on a thread of its own. */
final class Answers {
  /*
   * A dependent action may publish and wait for that answer, so the thread that completes must never be the only one that could bring it.
   * Futures that are joined on a ForkJoinPool's thread make the pool start a spare one; and while anything is left to complete, one more
   * drain is always submitted, which the spare thread takes.
   */
  private static final int MOST_BLOCKED = 1_000;

  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean submitted = new AtomicBoolean();
  private final Threads threads;
  private final ForkJoinPool pool;

  Answers(Threads threads) {
    this.threads = threads;
    pool = new ForkJoinPool(
        1, threads::worker, null, true, 1, MOST_BLOCKED, 1, saturated -> true, 5, TimeUnit.SECONDS);
  }

  /** Takes an answer; it is given after the next {@link #flush()}. */
  void succeed(CompletableFuture<Void> future) {
    waiting.add(() -> future.complete(null));
  }

  /** Gives an answer soon. */
  void succeedNow(CompletableFuture<Void> future) {
    succeed(future);
    flush();
  }

  /** Gives a failure soon. */
  void fail(CompletableFuture<?> future, Throwable error) {
    give(() -> future.completeExceptionally(error));
  }

  /** Runs what completes a future soon. */
  void give(Runnable answer) {
    waiting.add(answer);
    flush();
  }

  /** Has what was taken be given. Never blocks. */
  void flush() {
    if (!waiting.isEmpty() && submitted.compareAndSet(false, true)) {
      try {
        pool.execute(this::drain);
      } catch (RejectedExecutionException closed) {
        // After the close there is no thread left to be held up.
        giveLeft();
      }
    }
  }

  private void drain() {
    submitted.set(false);
    for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
      flush();
      next.run();
    }
  }

  private void giveLeft() {
    submitted.set(false);
    for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
      next.run();
    }
  }

  /** Gives what is left, and waits for it at most so long. */
  void close(Duration atMost) {
    flush();
    pool.shutdown();
    try {
      if (pool.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.joinWorkers(atMost);
      } else {
        pool.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    // What was submitted while the pool ended may have been dropped by it.
    giveLeft();
  }
}
