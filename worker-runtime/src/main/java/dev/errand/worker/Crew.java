package dev.errand.worker;

import dev.errand.time.Scheduler;

/**
 * The threads that a worker has, but those of its stop: of its handlers, its events, its scheduler
 * and its watch.
 */
record Crew(Dispatcher dispatcher, Herald herald, Scheduler scheduler, Watchdog watchdog) {
  /** The scheduler's is there from the beginning. */
  void start() {
    herald.start();
    dispatcher.start();
    watchdog.start();
  }

  /** Whether the caller is a thread that a stop waits for, beside those that tell events. */
  boolean runsHere() {
    return dispatcher.runsHere();
  }

  /** Ends those that a stop needs to its end; the others end in its course. Idempotent. */
  void close() {
    scheduler.close();
    watchdog.close();
  }
}
