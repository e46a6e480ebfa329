package dev.errand.worker;

import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What becomes of a job after its attempt: one table, a pure function but for its jitter. */
final class Decider {
  private final RandomGenerator random;

  Decider(RandomGenerator random) {
    this.random = random;
  }

  Disposition decide(Outcome outcome, Counters counters, RetryPolicy policy) {
    if (outcome instanceof Outcome.Done) {
      return new Disposition.Ack();
    } else if (outcome instanceof Outcome.Failed failed) {
      return failed(failed.error(), counters, policy);
    } else if (outcome instanceof Outcome.Interrupted) {
      return again(counters.interrupted());
    } else if (outcome instanceof Outcome.CameBack) {
      return again(counters.returned());
    } else if (outcome instanceof Outcome.Unreadable unreadable) {
      return dead(counters, new Failure("the body cannot be read", unreadable.error()));
    } else if (outcome instanceof Outcome.Unknown unknown) {
      return dead(counters, new Failure("no handler for task '" + unknown.task() + "'", null));
    }
    throw new AssertionError(outcome);
  }

  private Disposition failed(Throwable error, Counters counters, RetryPolicy policy) {
    int attempt = counters.attempt();
    return policy
        .delayAfter(attempt, error, random)
        .<Disposition>map(delay -> new Disposition.Again(
            delay, counters.nextAttempt(), new Failure("attempt " + attempt + " failed", error)))
        .orElseGet(() -> dead(counters, new Failure(lastReason(attempt, error, policy), error)));
  }

  private static String lastReason(int attempt, Throwable error, RetryPolicy policy) {
    return policy.givesUpOn(error)
        ? "attempt " + attempt + " failed with what its policy gives up on"
        : "attempt " + attempt + " of " + policy.attempts() + " failed";
  }

  private static Disposition again(Counters counters) {
    return new Disposition.Again(Duration.ZERO, counters, null);
  }

  private static Disposition dead(Counters counters, Failure failure) {
    return new Disposition.Dead(counters, failure);
  }
}
