package dev.errand.broker.rabbit;

import dev.errand.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that owns a connection: whatever is done to it is done there, one thing after the
 * other.
 */
final class Loop {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final ThreadPoolExecutor executor;
  private final Scheduler timer;
  private final String threadName;

  Loop(Threads threads, String role, Scheduler timer) {
    this.timer = timer;
    this.threadName = threads.name(role);
    executor = new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        work -> threads.create(role, work),
        new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Runs it after all that was given before; after close it does nothing. */
  void execute(Runnable task) {
    executor.execute(() -> run(task));
  }

  /** For what must not wait until the loop has time. */
  Scheduler timer() {
    return timer;
  }

  void after(Duration delay, Runnable task) {
    timer.after(delay, () -> execute(task));
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error error) {
      LOG.error(
          "A step of {} failed unexpectedly; the connection goes on. Please report this.",
          threadName,
          error);
    }
  }

  /** Runs what was given before, then ends; waits for it, at most so long. */
  void close(Duration atMost) {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
