package dev.errand.worker;

import java.util.concurrent.atomic.AtomicReference;

/** One worker's state, changed in one place. Thread-safe. */
final class Lifecycle {
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

  State state() {
    return state.get();
  }

  boolean paused() {
    return state.get() == State.PAUSED;
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
    State before = step(next);
    if (!before.next().contains(next)) {
      throw new IllegalStateException("A worker that is " + before + " cannot become " + next
          + "; from there it may go to " + before.next() + ".");
    }
  }

  /**
   * Goes to a state where the table allows it; whether it did, so that one of many callers wins.
   */
  boolean tryTo(State next) {
    return step(next).next().contains(next);
  }

  private State step(State next) {
    return state.getAndUpdate(now -> now.next().contains(next) ? next : now);
  }
}
