package dev.errand.worker;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/** One worker's state, changed in one place. Thread-safe. */
final class Lifecycle {
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final AtomicReference<OptionalLong> graceEnd =
      new AtomicReference<>(OptionalLong.empty());

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

  /** The grace period of its stop has begun. */
  void graceEndsAt(long nanos) {
    graceEnd.set(OptionalLong.of(nanos));
  }

  /** How much of the grace period is left; empty while it does not stop. */
  Optional<Duration> graceLeft(Time time) {
    OptionalLong end = graceEnd.get();
    return end.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(end.getAsLong() - time.nanoTime()));
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
