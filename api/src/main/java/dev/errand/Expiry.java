package dev.errand;

import dev.errand.time.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** When a job is no longer worth running. Immutable. */
public sealed interface Expiry {
  /** It is worth running however late it is. */
  Expiry NEVER = new Never();

  /** It is worth running however late it is. */
  record Never() implements Expiry {}

  /**
   * A while after it was enqueued.
   *
   * @param life more than zero
   */
  record After(Duration life) implements Expiry {
    /**
     * A life is longer than zero.
     *
     * @throws IllegalArgumentException when it is not
     */
    public After {
      if (life.isZero() || life.isNegative()) {
        throw new IllegalArgumentException("A job cannot expire " + DurationText.of(life)
            + " after it is enqueued. Give more than zero, or leave it out for never.");
      }
    }
  }

  /** At an instant. */
  record At(Instant instant) implements Expiry {
    /** An instant is never null. */
    public At {
      Objects.requireNonNull(instant);
    }
  }
}
