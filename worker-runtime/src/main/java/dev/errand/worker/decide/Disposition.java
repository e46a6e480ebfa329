package dev.errand.worker.decide;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What becomes of a delivery. */
public sealed interface Disposition {
  /** It is done with. */
  record Ack() implements Disposition {}

  /**
   * A copy with these counters takes its place in its queue, after this delay.
   *
   * @param failure why; null where nothing failed
   */
  record Again(Duration delay, Counters counters, @Nullable Failure failure)
      implements Disposition {}

  /**
   * The same job waits in its queue, for this delay, for a worker that knows it.
   *
   * @param waited how long it has waited by now
   * @param reason what we do not know of it
   */
  record Waits(Duration delay, Duration waited, String reason) implements Disposition {}

  /** A copy with these facts goes to its queue's dead letters. */
  record Dead(Counters counters, Failure failure) implements Disposition {}

  /** A copy with these counters goes to the end of this place at once. */
  record Returned(Counters counters, Place place) implements Disposition {}

  /** The same goes to the end of this place again after this delay. */
  record Aside(Counters counters, Place place, Duration delay) implements Disposition {}

  /** Where a job waits. */
  enum Place {
    /** Its own queue. */
    QUEUE,
    /** The lane of its queue, for what may take its worker down. */
    LANE
  }
}
