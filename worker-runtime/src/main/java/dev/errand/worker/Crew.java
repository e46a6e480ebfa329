package dev.errand.worker;

import dev.errand.time.Scheduler;
import java.util.List;

/**
 * The threads that a worker has, but those of its stop: of its handlers, its events, its scheduler
 * and its watch.
 */
record Crew(Dispatcher dispatcher, Herald herald, Scheduler scheduler, Watchdog watchdog) {
  /**
   * First those that a stop waits for, as the machine may have no thread for others. All begin
   * here, so that what fails for want of one is the start, and no job later.
   */
  void start() {
    try {
      dispatcher.start();
    } finally {
      // Also where the handlers' are refused: a stop, which follows, tells its end by it.
      herald.start();
    }
    scheduler.start();
    watchdog.start();
  }

  /** Whether the caller is a thread that a stop waits for, beside those that tell events. */
  boolean runsHere() {
    return dispatcher.runsHere();
  }

  /** Ends those that a stop needs to its end; the others end in its course. Idempotent. */
  void close() {
    closings().forEach(Runnable::run);
  }

  /** The steps of {@link #close}, none of which waits for another. */
  List<Runnable> closings() {
    return List.of(scheduler::close, watchdog::close);
  }
}
