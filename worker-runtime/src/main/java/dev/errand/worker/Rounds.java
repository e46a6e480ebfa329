package dev.errand.worker;

import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;

/** Has one look be taken in each period, on a thread of its own, until its worker is to stop. */
final class Rounds {
  private final Duration period;
  private final String thread;
  private final Time time;
  private final Scheduler scheduler;
  private final Lifecycle lifecycle;
  private volatile long lookedAt;

  Rounds(Duration period, String thread, Time time, Lifecycle lifecycle) {
    this.period = period;
    this.thread = thread;
    this.time = time;
    this.scheduler = time.scheduler(thread);
    this.lifecycle = lifecycle;
    this.lookedAt = time.nanoTime();
  }

  Duration period() {
    return period;
  }

  String thread() {
    return thread;
  }

  /** The first look is a period away. */
  void start(Runnable look) {
    scheduler.after(period, () -> take(look));
  }

  private void take(Runnable look) {
    if (!lifecycle.stopping()) {
      start(look);
      lookedAt = time.nanoTime();
      look.run();
    }
  }

  /** Nanoseconds of monotonic time, at the last look. */
  long lookedAt() {
    return lookedAt;
  }

  /** Runs something between two looks. It may block, and holds up the next then. */
  void between(Runnable turn) {
    scheduler.after(Duration.ZERO, turn);
  }

  /** The same, a period from now. */
  void later(Runnable turn) {
    scheduler.after(period, turn);
  }

  /** By how much the next look is late; zero or less where it is not. */
  Duration lateness(long now) {
    return Duration.ofNanos(now - lookedAt).minus(period);
  }

  /** Ends it, and waits for a look that is taken. Idempotent. */
  void close() {
    scheduler.close();
  }
}
