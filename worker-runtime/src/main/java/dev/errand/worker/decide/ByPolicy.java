package dev.errand.worker.decide;

import dev.errand.retry.RetryPolicy;
import dev.errand.time.DurationText;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The rows of the table that a task's policy decides: a failure, and a deferral. */
final class ByPolicy {
  private final RandomGenerator random;

  ByPolicy(RandomGenerator random) {
    this.random = random;
  }

  Disposition failed(Throwable error, History history, RetryPolicy policy) {
    int attempt = history.counters().attempt();
    String failed = "attempt " + attempt + " failed";
    Optional<Duration> delay;
    try {
      delay = policy.delayAfter(attempt, error, random);
    } catch (OutOfMemoryError passes) {
      throw passes;
    } catch (Throwable fault) {
      // A function of the application's own, which may throw what it does not declare. The reason
      // has its fault, as the job's error stays.
      return dead(history, new Failure(failed + ", and then its policy", fault).text(), error);
    }
    if (delay.isEmpty()) {
      return dead(history, lastReason(attempt, error, policy), error);
    }
    return tooOld(history, delay.get(), policy.forError(error))
        .map(tooOld -> dead(history, failed + "; " + tooOld, error))
        .orElseGet(() -> new Disposition.Again(
            delay.get(), history.counters().nextAttempt(), new Failure(failed, error)));
  }

  private static String lastReason(int attempt, Throwable error, RetryPolicy policy) {
    int attempts = policy.forError(error).attempts();
    if (policy.givesUpOn(error)) {
      return "attempt " + attempt + " failed with what its policy gives up on";
    }
    if (attempt > attempts) {
      // After errors that may have more, or by a policy that gave more.
      return "attempt " + attempt + " failed, and its policy has no more than " + attempts
          + " in all after such an error";
    }
    return attempt < attempts
        ? "attempt " + attempt + " failed, and its policy gives up"
        : "attempt " + attempt + " of " + attempts + " failed";
  }

  Disposition deferred(Outcome.Deferred deferred, History history, RetryPolicy policy) {
    int before = history.counters().deferrals();
    if (before >= policy.deferrals()) {
      return dead(
          history,
          deferred.reason() + "; put off " + before + " times before, and its policy allows "
              + policy.deferrals());
    }
    return tooOld(history, deferred.delay(), policy)
        .map(tooOld -> dead(history, deferred.reason() + "; " + tooOld))
        .orElseGet(
            () -> new Disposition.Again(deferred.delay(), history.counters().deferred(), null));
  }

  /** Why it does not wait for its next turn; empty when it does. */
  private static Optional<String> tooOld(History history, Duration delay, RetryPolicy policy) {
    Duration age = history.age();
    if (age == null || policy.age().isEmpty()) {
      return Optional.empty();
    }
    Duration most = policy.age().get();
    // So compared, as a sum may overflow, and the difference of two that are not negative does not.
    return delay.compareTo(most.minus(age)) <= 0
        ? Optional.empty()
        : Optional.of("it is " + text(age) + " old, in " + text(delay)
            + " it would be older than the " + text(most) + " that its policy allows");
  }

  private static String text(Duration duration) {
    return DurationText.of(duration.truncatedTo(ChronoUnit.MILLIS));
  }

  private static Disposition dead(History history, String reason) {
    return new Disposition.Dead(history.counters(), new Failure(reason, null));
  }

  private static Disposition dead(History history, String reason, Throwable error) {
    return new Disposition.Dead(history.counters(), new Failure(reason, error));
  }
}
