package dev.errand;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler: not now, but after a delay. Costs no attempt; the next run has the same
 * number. Counted apart, and bounded by the task's policy: 1000 times unless it says otherwise,
 * then the job is dead-lettered with this reason.
 */
public final class RetryLater extends Verdict {
  private static final long serialVersionUID = 1L;

  private final Duration delay;

  /**
   * Puts the job off.
   *
   * @param delay zero or negative is at once, one longer than the broker can hold is cut to that
   * @param reason why, for events
   */
  public RetryLater(Duration delay, @Nullable String reason) {
    super(reason, null);
    this.delay = Objects.requireNonNull(delay, "The delay is null. Give zero for at once.");
  }

  /** How long the job waits at least. */
  public Duration delay() {
    return delay;
  }
}
