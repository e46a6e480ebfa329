package dev.errand.retry;

import java.time.Duration;
import java.util.Optional;

/**
 * A policy of one's own. Called by many threads at once, on a worker's threads; must not block, and
 * answers alike each time, as it may be asked more than once.
 */
@FunctionalInterface
public interface RetryFunction {
  /**
   * The delay before the next attempt; zero or negative is at once, empty gives up. What it throws
   * ends the job too: the dead letter says that the policy failed, and of what. It is asked when
   * the attempt has failed, so after what {@link RetryPolicy#inHand} says, which does not ask it.
   *
   * @param attempt the one that failed, from 1
   * @param error what it threw
   */
  Optional<Duration> delayAfter(int attempt, Throwable error);
}
