package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** When a job is due. Immutable. */
public sealed interface Start {
  /** As soon as a worker takes it. */
  Start NOW = new Now();

  /** As soon as a worker takes it. */
  record Now() implements Start {}

  /**
   * A while after it was enqueued.
   *
   * @param delay zero or negative is now
   */
  record After(Duration delay) implements Start {
    /** A delay is never null. */
    public After {
      Objects.requireNonNull(delay);
    }
  }

  /**
   * Not before an instant.
   *
   * @param due in the past is now
   */
  record At(Instant due) implements Start {
    /** An instant is never null. */
    public At {
      Objects.requireNonNull(due);
    }
  }
}
