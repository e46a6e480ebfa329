package dev.errand;

import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * How the jobs of a task are run, beside by whom and where. Immutable.
 *
 * @param policy what follows a failed attempt
 * @param atMostOnce whether no job ever begins twice
 * @param past what the task was before
 * @param timeout how long one attempt may run; empty for as long as it likes
 */
record Terms<P>(RetryPolicy policy, boolean atMostOnce, Past<P> past, Optional<Duration> timeout) {
  /** Those of a task of which nothing is said. */
  static <P> Terms<P> usual() {
    return new Terms<>(RetryPolicy.DEFAULT, false, Past.none(), Optional.empty());
  }

  Terms<P> retrying(RetryPolicy wanted) {
    return new Terms<>(wanted, atMostOnce, past, timeout);
  }

  Terms<P> once() {
    return new Terms<>(RetryPolicy.never(), true, past, timeout);
  }

  Terms<P> after(Past<P> former) {
    return new Terms<>(policy, atMostOnce, former, timeout);
  }

  Terms<P> within(Duration longest) {
    return new Terms<>(policy, atMostOnce, past, Optional.of(longest));
  }
}
