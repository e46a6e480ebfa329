package dev.errand.retry;

import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when a failed attempt is followed by another: a pure function, written as a sentence.
 * Unless said otherwise there are {@value #DEFAULT_ATTEMPTS} attempts, and every exception is tried
 * again. Immutable; each method returns a new policy.
 */
public final class RetryPolicy {
  /** Enough for hours with delays that grow, and few enough that a job for ever broken ends. */
  public static final int DEFAULT_ATTEMPTS = 20;

  /** The longest delay of {@link #exponential} unless said otherwise. */
  public static final Duration LONGEST_DELAY = Duration.ofDays(1);

  /**
   * Twenty attempts over about twelve hours: long enough for a dependency to come back over night,
   * short enough to be noticed the next day.
   */
  public static final RetryPolicy DEFAULT =
      exponential(Duration.ofSeconds(15)).upTo(Duration.ofHours(1));

  /** What jitter adds at most, as a part of the delay. */
  private static final double JITTER = 0.1;

  /** Jitter is for what fails together; beyond this it would only overflow. */
  private static final Duration LONGEST_JITTERED = Duration.ofDays(36_500);

  /** How the delays of a policy go on. */
  private enum Course {
    NONE,
    STEADY,
    GROWING
  }

  private final Course course;
  private final Duration first;
  private final Duration longest;
  private final int attempts;
  private final List<Class<? extends Throwable>> fatal;

  private RetryPolicy(
      Course course,
      Duration first,
      Duration longest,
      int attempts,
      List<Class<? extends Throwable>> fatal) {
    this.course = course;
    this.first = first;
    this.longest = longest;
    this.attempts = attempts;
    this.fatal = fatal;
  }

  /**
   * Each delay is twice the one before, up to a day, lengthened at random by up to 10 % (never
   * shortened), so that what failed together does not return together.
   *
   * @throws IllegalArgumentException when the first delay is zero or negative
   */
  public static RetryPolicy exponential(Duration first) {
    if (first.isZero() || first.isNegative()) {
      throw new IllegalArgumentException("A first delay of " + DurationText.of(first)
          + " cannot grow. Give more than zero, or use every(...).");
    }
    Duration longest = first.compareTo(LONGEST_DELAY) > 0 ? first : LONGEST_DELAY;
    return new RetryPolicy(Course.GROWING, first, longest, DEFAULT_ATTEMPTS, List.of());
  }

  /**
   * The same delay each time, without jitter.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static RetryPolicy every(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          "A delay of " + DurationText.of(delay) + " is negative. Give zero or more.");
    }
    return new RetryPolicy(Course.STEADY, delay, delay, DEFAULT_ATTEMPTS, List.of());
  }

  /** One attempt only: no exception is tried again. */
  public static RetryPolicy never() {
    return new RetryPolicy(Course.NONE, Duration.ZERO, Duration.ZERO, 1, List.of());
  }

  /**
   * How many attempts in all, the first included.
   *
   * @throws IllegalArgumentException when less than 1, or more than 1 of {@link #never()}
   */
  public RetryPolicy attempts(int inAll) {
    if (inAll < 1) {
      throw new IllegalArgumentException(
          "There cannot be " + inAll + " attempts in all, the first included. Give 1 or more.");
    }
    if (inAll > 1 && course == Course.NONE) {
      throw new IllegalArgumentException("A policy that never tries again cannot have " + inAll
          + " attempts. Begin with every(delay) or exponential(first) in place of never().");
    }
    return new RetryPolicy(course, first, longest, inAll, fatal);
  }

  /**
   * No delay is longer, jitter included.
   *
   * @throws IllegalArgumentException when negative
   */
  public RetryPolicy upTo(Duration most) {
    if (most.isNegative()) {
      throw new IllegalArgumentException(
          "Delays of up to " + DurationText.of(most) + " are none. Give zero or more.");
    }
    return new RetryPolicy(course, first, most, attempts, fatal);
  }

  /** Exceptions of this class, thrown or as a cause, are not tried again. */
  public RetryPolicy givingUpOn(Class<? extends Throwable> type) {
    List<Class<? extends Throwable>> more = new ArrayList<>(fatal);
    more.add(type);
    return new RetryPolicy(course, first, longest, attempts, List.copyOf(more));
  }

  /** How many attempts there are in all. */
  public int attempts() {
    return attempts;
  }

  /** Whether this exception, or a cause of it, is one that is not tried again. */
  public boolean givesUpOn(Throwable error) {
    if (fatal.isEmpty()) {
      return false;
    }
    // A chain of causes can be a ring; no honest one is that long.
    @Nullable Throwable each = error;
    for (int depth = 0; each != null && depth < 100; depth++) {
      for (Class<? extends Throwable> type : fatal) {
        if (type.isInstance(each)) {
          return true;
        }
      }
      each = causeOf(each);
    }
    return false;
  }

  private static @Nullable Throwable causeOf(Throwable error) {
    try {
      return error.getCause();
    } catch (RuntimeException | Error hostile) {
      // An exception of the application's own may compute its cause: the chain ends here.
      return null;
    }
  }

  /**
   * The delay before the next attempt, or empty to give up.
   *
   * @param attempt the one that failed, from 1
   * @param random where jitter comes from
   */
  public Optional<Duration> delayAfter(int attempt, Throwable error, RandomGenerator random) {
    if (attempt >= attempts || givesUpOn(error)) {
      return Optional.empty();
    }
    Duration delay = course == Course.GROWING ? lengthened(grown(attempt), random) : first;
    return Optional.of(shortest(delay, longest));
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

  private static Duration shortest(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** The policy in words. */
  @Override
  public String toString() {
    if (course == Course.NONE) {
      return "1 attempt";
    }
    return attempts + " attempts, " + (course == Course.GROWING ? "exponential from " : "every ")
        + DurationText.of(first) + " up to " + DurationText.of(longest)
        + (fatal.isEmpty() ? "" : ", giving up on " + fatal);
  }
}
