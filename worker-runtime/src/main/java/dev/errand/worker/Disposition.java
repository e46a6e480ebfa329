package dev.errand.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What becomes of a delivery. */
sealed interface Disposition {
  /** It is done with. */
  record Ack() implements Disposition {}

  /** A copy with these counters takes its place in its queue, after this delay. */
  record Again(Duration delay, Counters counters, @Nullable Failure failure)
      implements Disposition {}

  /** A copy with these facts goes to its queue's dead letters. */
  record Dead(Counters counters, Failure failure) implements Disposition {}
}
