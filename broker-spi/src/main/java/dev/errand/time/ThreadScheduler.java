package dev.errand.time;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** A scheduler that is one daemon thread, started by its first action if not before. */
final class ThreadScheduler implements Scheduler {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  private final String threadName;
  private final ScheduledThreadPoolExecutor executor;
  private volatile @Nullable Thread thread;

  ThreadScheduler(String threadName) {
    this.threadName = threadName;
    executor = new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());
    executor.setThreadFactory(this::owned);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private Thread owned(Runnable work) {
    Thread created = new Thread(work, threadName);
    created.setDaemon(true);
    thread = created;
    return created;
  }

  @Override
  public void after(Duration delay, Runnable action) {
    Duration bounded = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    long nanos = bounded.isNegative() ? 0 : bounded.toNanos();
    ScheduledFuture<?> unused = executor.schedule(() -> run(action), nanos, NANOSECONDS);
  }

  @Override
  public void start() {
    boolean unusedStarted = executor.prestartCoreThread();
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (Throwable error) {
      // The executor would keep it in a future that nobody reads.
      Thread self = Thread.currentThread();
      self.getUncaughtExceptionHandler().uncaughtException(self, error);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    Thread last = thread;
    if (Thread.currentThread() == last) {
      return;
    }
    try {
      boolean ended = executor.awaitTermination(Long.MAX_VALUE, DAYS);
      assert ended;
      if (last != null) {
        // The executor says that it has ended a little before its thread has.
        last.join();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
