package dev.errand.worker;

import java.util.Set;

/** Where a worker is in its life. */
enum State {
  /** Made; nothing runs. */
  NEW,
  /** Takes and runs jobs, or waits for its broker. */
  RUNNING,
  /** Ends in order. */
  STOPPING,
  /** Nothing of it runs. */
  STOPPED;

  /** Where it may go from here. */
  Set<State> next() {
    return switch (this) {
      case NEW -> Set.of(RUNNING, STOPPING);
      case RUNNING -> Set.of(STOPPING);
      case STOPPING -> Set.of(STOPPED);
      case STOPPED -> Set.of();
    };
  }
}
