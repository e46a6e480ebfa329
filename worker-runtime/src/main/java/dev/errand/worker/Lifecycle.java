package dev.errand.worker;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/** One worker's state, changed in one place. Thread-safe. */
final class Lifecycle {
  private final Time time;
  private final Duration gracePeriod;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final AtomicReference<OptionalLong> graceEnd =
      new AtomicReference<>(OptionalLong.empty());

  Lifecycle(Time time, Duration gracePeriod) {
    this.time = time;
    this.gracePeriod = gracePeriod;
  }

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

  /** When the grace period of its stop is over, in nanoseconds of monotonic time. */
  long graceEnds() {
    return graceEnd.get().orElseThrow();
  }

  /** How much of the grace period is left; there whenever it stops, and empty before. */
  Optional<Duration> graceLeft() {
    return stopping()
        ? Optional.of(Duration.ofNanos(graceEnds() - time.nanoTime()))
        : Optional.empty();
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
    if (next == State.STOPPING) {
      // First, so that whoever sees that it stops sees until when; the first to stop it says.
      OptionalLong ends = OptionalLong.of(time.nanoTime() + gracePeriod.toNanos());
      graceEnd.updateAndGet(before -> before.isEmpty() ? ends : before);
    }
    return state.getAndUpdate(now -> now.next().contains(next) ? next : now);
  }
}
