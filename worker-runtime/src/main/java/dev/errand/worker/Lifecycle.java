package dev.errand.worker;

import java.util.concurrent.atomic.AtomicReference;

/** One worker's state, changed in one place. Thread-safe. */
final class Lifecycle {
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

  State state() {
    return state.get();
  }

  boolean stopping() {
    State now = state.get();
    return now == State.STOPPING || now == State.STOPPED;
  }

  /**
   * Goes to a state.
   *
   * @throws IllegalStateException when the table of {@link State#next()} has no such step
   */
  void to(State next) {
    State before = state.getAndUpdate(now -> now.next().contains(next) ? next : now);
    if (!before.next().contains(next)) {
      throw new IllegalStateException("A worker that is " + before + " cannot become " + next
          + "; from there it may go to " + before.next() + ".");
    }
  }

  /** Begins the stop; false when it has begun before, so that one caller wins. */
  boolean beginStop() {
    State before =
        state.getAndUpdate(now -> now.next().contains(State.STOPPING) ? State.STOPPING : now);
    return before.next().contains(State.STOPPING);
  }
}
