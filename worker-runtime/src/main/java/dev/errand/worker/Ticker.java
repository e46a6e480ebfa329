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
   * A look runs under `this`, so that none runs once the ticker is closed; what it calls never blocks.
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

  /** There is something to look after. */
  void wake() {
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      scheduler.after(PAUSE, this::tick);
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
      scheduler.after(PAUSE, this::tick);
      return;
    }
    ticking.set(false);
    if (look()) {
      wake();
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
