package dev.errand.retry;

import dev.errand.time.DurationText;
import java.time.Duration;

/**
 * How a handler is called again within one attempt, while the worker has the job in hand.
 * Immutable.
 *
 * @param times how often at most, beside the first call
 * @param pause before each further call
 */
public record InHand(int times, Duration pause) {
  /** More belong into attempts, between which the broker holds the job. */
  public static final int MOST_TIMES = 10;

  /** All pauses of an attempt together: the job holds its thread for so long. */
  public static final Duration LONGEST = Duration.ofSeconds(10);

  private static final Duration SHORTEST = Duration.ofMillis(1);

  /**
   * Within the bounds.
   *
   * @throws IllegalArgumentException when not 1 to 10 times, the pause is below a millisecond, or
   *     all pauses together are above 10 seconds
   */
  public InHand {
    if (times < 1 || times > MOST_TIMES) {
      throw new IllegalArgumentException("A handler cannot be called again " + times
          + " times in hand. Give 1 to " + MOST_TIMES + "; attempts are for more.");
    }
    if (pause.compareTo(SHORTEST) < 0 || pause.compareTo(LONGEST.dividedBy(times)) > 0) {
      throw new IllegalArgumentException("A pause in hand cannot be " + DurationText.of(pause)
          + ". Give 1 ms or more, and " + times + " of them at most " + DurationText.of(LONGEST)
          + " together; attempts are for longer ones.");
    }
  }
}
