package dev.errand.worker;

import java.util.Set;

/** Where a worker is in its life. */
enum State {
  /** Made; nothing runs. */
  NEW,
  /** Takes and runs jobs, or waits for its broker. */
  RUNNING,
  /** Takes no jobs; those that run go on. */
  PAUSED,
  /** Ends in order. */
  STOPPING,
  /** Nothing of it runs. */
  STOPPED;

  /** Where it may go from here: the table of legal steps. */
  Set<State> next() {
    return switch (this) {
      case NEW -> Set.of(RUNNING, STOPPING);
      case RUNNING -> Set.of(PAUSED, STOPPING);
      case PAUSED -> Set.of(RUNNING, STOPPING);
      case STOPPING -> Set.of(STOPPED);
      case STOPPED -> Set.of();
    };
  }
}
