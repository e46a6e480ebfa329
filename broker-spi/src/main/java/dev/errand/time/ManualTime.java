package dev.errand.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it. {@link #advance} runs whatever falls due on the
 * way, on the caller's thread, each action at its own due time. Thread-safe.
 */
public final class ManualTime implements Time {
  /*
   * `turn` is held while actions run, so that they run one at a time and in order; `lock` guards the clock and the queue and is never held
   * while an action runs. Whoever closes a scheduler waits on `lock` for that scheduler's running action alone, not for the whole turn.
   */
  private final ReentrantLock turn = new ReentrantLock();
  private final Object lock = new Object();
  private final PriorityQueue<Action> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Action::due).thenComparingLong(Action::order));
  private final Instant origin;
  private long now;
  private long order;
  private @Nullable Action running;

  private ManualTime(Instant origin) {
    this.origin = origin;
  }

  /** A clock that shows this instant until it is moved. */
  public static ManualTime startingAt(Instant now) {
    return new ManualTime(now);
  }

  /** A clock that shows 1 January 2030, noon UTC, until it is moved. */
  public static ManualTime create() {
    return startingAt(Instant.parse("2030-01-01T12:00:00Z"));
  }

  @Override
  public Instant instant() {
    return origin.plusNanos(nanoTime());
  }

  @Override
  public long nanoTime() {
    synchronized (lock) {
      return now;
    }
  }

  @Override
  public Scheduler scheduler(String threadName) {
    return new ManualScheduler();
  }

  /**
   * Moves the clock and runs, on this thread, every action that falls due, those included that such
   * actions add. Blocks while another thread advances. What an action throws reaches this thread's
   * handler of uncaught exceptions, and the rest goes on.
   *
   * @param by zero runs what is due already
   * @throws IllegalArgumentException when negative
   * @throws IllegalStateException when called from an action
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException(
          "Time cannot be advanced by " + DurationText.of(by) + ". Give zero or more.");
    }
    if (turn.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "An action cannot advance the clock that runs it. Let the test's thread do it.");
    }
    turn.lock();
    try {
      long until = Math.addExact(nanoTime(), by.toNanos());
      for (Action next = take(until); next != null; next = take(until)) {
        run(next);
      }
    } finally {
      turn.unlock();
    }
  }

  /** How far the next action is away; empty when none waits. Zero when one is due. */
  public Optional<Duration> untilNext() {
    synchronized (lock) {
      return Optional.ofNullable(waiting.peek())
          .map(next -> Duration.ofNanos(Math.max(0, next.due() - now)));
    }
  }

  private @Nullable Action take(long until) {
    synchronized (lock) {
      Action next = waiting.peek();
      if (next == null || next.due() > until) {
        now = until;
        return null;
      }
      now = Math.max(now, next.due());
      running = waiting.remove();
      return running;
    }
  }

  private void run(Action action) {
    try {
      action.work().run();
    } catch (Throwable error) {
      Thread self = Thread.currentThread();
      self.getUncaughtExceptionHandler().uncaughtException(self, error);
    } finally {
      synchronized (lock) {
        running = null;
        lock.notifyAll();
      }
    }
  }

  private record Action(ManualScheduler owner, long due, long order, Runnable work) {}

  private final class ManualScheduler implements Scheduler {
    private boolean closed;

    @Override
    public void after(Duration delay, Runnable work) {
      synchronized (lock) {
        if (!closed) {
          long due = delay.isNegative() ? now : saturatedSum(now, delay);
          waiting.add(new Action(this, due, order++, work));
        }
      }
    }

    private static long saturatedSum(long start, Duration delay) {
      Duration room = Duration.ofNanos(Long.MAX_VALUE - start);
      return delay.compareTo(room) >= 0 ? Long.MAX_VALUE : start + delay.toNanos();
    }

    @Override
    public void close() {
      boolean interrupted = false;
      synchronized (lock) {
        closed = true;
        waiting.removeIf(action -> action.owner() == this);
        while (running != null && running.owner() == this && !turn.isHeldByCurrentThread()) {
          try {
            lock.wait();
          } catch (InterruptedException early) {
            interrupted = true;
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
