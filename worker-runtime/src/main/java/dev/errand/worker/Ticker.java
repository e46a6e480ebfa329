package dev.errand.worker;

import dev.errand.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Takes a look now and again, as long as there is anything to look after; none while idle. */
final class Ticker {
  /*
   * Whoever begins something that can run out of time does so first and wakes the ticker then; the scheduler ticks. A tick that finds nothing
   * says that nothing ticks any more, and looks once more after that: what began between its look and its word either is seen by the second
   * look, or sees the word and wakes it. So nothing is overlooked, and one action waits at the scheduler at most, however many jobs begin.
   * A look runs under `this`, so that none runs once the ticker is closed. A policy's function is called in one, and a verb of the broker: one
   * that blocks, whatever its contract says, holds up the looks, and the close.
   */
  static final Duration PAUSE = Duration.ofMillis(250);

  private final Scheduler scheduler;
  private final AtomicBoolean ticking = new AtomicBoolean();
  private BooleanSupplier look = () -> false;

  Ticker(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /**
   * Before anything wakes it.
   *
   * @param wanted acts on what is due; whether there is anything left to look after
   */
  synchronized void start(BooleanSupplier wanted) {
    look = wanted;
  }

  /**
   * There is something to look after. Never fails: what cannot be begun is by the next that wakes.
   */
  void wake() {
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      next();
    }
  }

  private void next() {
    try {
      scheduler.after(PAUSE, this::tick);
    } catch (RuntimeException | Error exhausted) {
      ticking.set(false);
    }
  }

  private void tick() {
    boolean more = true;
    try {
      more = look();
    } finally {
      // A fault of one look, which its thread reports, must not be the last.
      goOn(more);
    }
  }

  private void goOn(boolean more) {
    if (more) {
      next();
      return;
    }
    ticking.set(false);
    boolean begun = true;
    try {
      begun = look();
    } finally {
      if (begun) {
        wake();
      }
    }
  }

  private synchronized boolean look() {
    return look.getAsBoolean();
  }

  /** No look runs once it returns. Idempotent. */
  synchronized void close() {
    look = () -> false;
  }
}
