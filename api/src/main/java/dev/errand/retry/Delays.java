package dev.errand.retry;

import static java.util.Objects.requireNonNull;

import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** How long the delays between attempts are, whatever bounds their number. Immutable. */
sealed interface Delays {
  /** The delay after an attempt, or empty where none follows. */
  Optional<Duration> after(int attempt, Throwable error, RandomGenerator random);

  /** These, none longer. */
  Delays upTo(Duration most);

  /** No attempt follows another. */
  record None() implements Delays {
    @Override
    public Optional<Duration> after(int attempt, Throwable error, RandomGenerator random) {
      return Optional.empty();
    }

    @Override
    public Delays upTo(Duration most) {
      return this;
    }

    @Override
    public String toString() {
      return "none more";
    }
  }

  /** The same each time. */
  record Steady(Duration delay) implements Delays {
    @Override
    public Optional<Duration> after(int attempt, Throwable error, RandomGenerator random) {
      return Optional.of(delay);
    }

    @Override
    public Delays upTo(Duration most) {
      return new Steady(shortest(delay, most));
    }

    @Override
    public String toString() {
      return "every " + text(delay);
    }
  }

  /** Twice the one before each time, lengthened by jitter. */
  record Growing(Duration first, Duration longest) implements Delays {
    /** What jitter adds at most, as a part of the delay. */
    private static final double JITTER = 0.1;

    /** Jitter is for what fails together; beyond this it would only overflow. */
    private static final Duration LONGEST_JITTERED = Duration.ofDays(36_500);

    @Override
    public Optional<Duration> after(int attempt, Throwable error, RandomGenerator random) {
      return Optional.of(shortest(lengthened(grown(attempt), random), longest));
    }

    private Duration grown(int attempt) {
      Duration delay = first;
      // Compared with the half, as the double of a delay without a limit can overflow.
      Duration half = longest.dividedBy(2);
      for (int i = 1; i < attempt; i++) {
        if (delay.compareTo(half) > 0) {
          return longest;
        }
        delay = delay.multipliedBy(2);
      }
      return shortest(delay, longest);
    }

    private static Duration lengthened(Duration delay, RandomGenerator random) {
      if (delay.compareTo(LONGEST_JITTERED) > 0) {
        return delay;
      }
      return delay.plusMillis((long) (delay.toMillis() * JITTER * random.nextDouble()));
    }

    @Override
    public Delays upTo(Duration most) {
      return new Growing(first, most);
    }

    @Override
    public String toString() {
      return "exponential from " + text(first) + " up to " + text(longest);
    }
  }

  /** As a function of the application has it. */
  record ByFunction(RetryFunction function, Duration longest) implements Delays {
    @Override
    public Optional<Duration> after(int attempt, Throwable error, RandomGenerator random) {
      return requireNonNull(
              function.delayAfter(attempt, error),
              "The function of a retry policy gave null. Let it give Optional.empty() to give up.")
          .map(delay -> delay.isNegative() ? Duration.ZERO : shortest(delay, longest));
    }

    @Override
    public Delays upTo(Duration most) {
      return new ByFunction(function, most);
    }

    @Override
    public String toString() {
      return "by a function";
    }
  }

  private static Duration shortest(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static String text(Duration duration) {
    return DurationText.of(duration);
  }
}
