package dev.errand.worker.decide;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a job has behind it.
 *
 * @param age how long ago it was enqueued, or last redriven; null where nobody said; never negative
 * @param waited how long it has waited for a worker that knows it; zero where it has not
 */
public record History(Counters counters, @Nullable Duration age, Duration waited) {
  /** A time to come, by a clock that is ahead or forged, makes a job new. */
  public History {
    age = age != null && age.isNegative() ? Duration.ZERO : age;
  }
}
