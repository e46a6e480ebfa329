package dev.errand.retry;

import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when a failed attempt is followed by another: a pure function, written as a sentence.
 * Unless said otherwise there are {@value #DEFAULT_ATTEMPTS} attempts, every exception is tried
 * again, and no age ends it. Immutable; each method returns a new policy.
 */
public final class RetryPolicy {
  /** Enough for hours with delays that grow, and few enough that a job for ever broken ends. */
  public static final int DEFAULT_ATTEMPTS = 20;

  /** Enough to wait for something a long time, and few enough that a job put off for ever ends. */
  public static final int DEFAULT_DEFERRALS = 1000;

  /** The longest delay of {@link #exponential} unless said otherwise. */
  public static final Duration LONGEST_DELAY = Duration.ofDays(1);

  /**
   * Twenty attempts over about twelve hours: long enough for a dependency to come back over night,
   * short enough to be noticed the next day.
   */
  public static final RetryPolicy DEFAULT =
      exponential(Duration.ofSeconds(15)).upTo(Duration.ofHours(1));

  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  private final Delays delays;
  private final Bounds bounds;
  private final List<Rule> rules;
  private final @Nullable InHand inHand;

  private RetryPolicy(Delays delays, Bounds bounds, List<Rule> rules, @Nullable InHand inHand) {
    this.delays = delays;
    this.bounds = bounds;
    this.rules = rules;
    this.inHand = inHand;
  }

  private static RetryPolicy of(Delays delays) {
    return new RetryPolicy(delays, Bounds.UNSAID, List.of(), null);
  }

  private RetryPolicy with(Bounds wanted) {
    return new RetryPolicy(delays, wanted, rules, inHand);
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
    return of(new Delays.Growing(first, longest));
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
    return of(new Delays.Steady(delay));
  }

  /**
   * As this function has it, without jitter; the number of attempts is bounded as with any other.
   * It has to return at once, without I/O: it may be called on the one thread that watches the
   * worker's time-outs, and what is slow in it is then slow for every job. A table of delays is
   * read beforehand.
   */
  public static RetryPolicy by(RetryFunction function) {
    return of(new Delays.ByFunction(
        Objects.requireNonNull(function, "The function of a retry policy is null."), ENDLESS));
  }

  /** One attempt only: no exception is tried again. */
  public static RetryPolicy never() {
    return of(new Delays.None());
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
    if (inAll > 1 && delays instanceof Delays.None) {
      throw new IllegalArgumentException("A policy that never tries again cannot have " + inAll
          + " attempts. Begin with every(delay) or exponential(first) in place of never().");
    }
    return with(bounds.attempts(inAll));
  }

  /**
   * No next turn is due later than this after the job was enqueued: a job whose next attempt, or
   * whose turn after it was put off, would be is dead at once. A first attempt runs however old its
   * job is, and a turn that is due in time runs however long its queue holds it up; the delay that
   * a job was enqueued with counts. For work that must not begin late there is an expiry. Where the
   * sender did not say when it enqueued, its message's time counts, and without either there is no
   * such bound. A redrive begins the time anew.
   *
   * @throws IllegalArgumentException when zero or negative
   */
  public RetryPolicy within(Duration age) {
    if (age.isZero() || age.isNegative()) {
      throw new IllegalArgumentException(
          "No attempt begins within " + DurationText.of(age) + ". Give more than zero.");
    }
    return with(bounds.age(age));
  }

  /**
   * How often a handler may put a job off, by {@code RetryLater}, before it is dead;
   * {@value #DEFAULT_DEFERRALS} times unless said. It holds for the whole job, so what the policy
   * of one exception says here is not looked at.
   *
   * @throws IllegalArgumentException when negative
   */
  public RetryPolicy deferrals(int most) {
    if (most < 0) {
      throw new IllegalArgumentException(
          "A job cannot be put off " + most + " times. Give zero or more.");
    }
    return with(bounds.deferrals(most));
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
    return new RetryPolicy(delays.upTo(most), bounds, rules, inHand);
  }

  /**
   * Exceptions of this class, thrown or as a cause, are not tried again.
   *
   * @throws IllegalArgumentException as {@link #on}
   */
  public RetryPolicy givingUpOn(Class<? extends Throwable> type) {
    return on(type, never());
  }

  /**
   * After exceptions of this class, thrown or as a cause, that policy decides: its delays, and what
   * it says of attempts and age; what it does not say is as here. Attempts are counted in all,
   * whatever ended them. Of several that fit, the one that was named first decides, so the narrower
   * class comes first.
   *
   * @throws IllegalArgumentException when an earlier one leaves nothing to this one
   */
  public RetryPolicy on(Class<? extends Throwable> type, RetryPolicy policy) {
    Rule added = new Rule(Objects.requireNonNull(type), Objects.requireNonNull(policy));
    rules.forEach(earlier -> checkReached(earlier, added));
    List<Rule> more = new ArrayList<>(rules);
    more.add(added);
    return new RetryPolicy(delays, bounds, List.copyOf(more), inHand);
  }

  private static void checkReached(Rule earlier, Rule added) {
    boolean bothGiveUp = earlier.policy().delays instanceof Delays.None
        && added.policy().delays instanceof Delays.None;
    if (earlier.covers(added) && !bothGiveUp) {
      throw new IllegalArgumentException(
          "What the policy says of " + added.type().getName()
              + " never counts. It says something of " + earlier.type().getName()
              + " before. Name the narrower class first, and each once.");
    }
  }

  /**
   * Calls a failed handler again at once, up to so many times, with this pause before each, while
   * the worker has the job in hand: for a fault that passes in milliseconds, such as a lost race
   * for a row. All is one attempt, which fails with the last exception. What is not tried again is
   * not called again either, nor is a verdict, nor a handler of whose task's time-out no more than
   * the pause is left. Off unless said; the job holds its place at the worker meanwhile. Said for
   * the task as a whole: what the policy of one exception says here is not looked at. Of a task
   * that must never run twice no handler is called again.
   *
   * @throws IllegalArgumentException when not 1 to 10 times, the pause is below a millisecond, or
   *     all pauses together are above 10 seconds
   */
  public RetryPolicy inHand(int times, Duration pause) {
    return new RetryPolicy(delays, bounds, rules, new InHand(times, pause));
  }

  /** How many attempts there are in all. */
  public int attempts() {
    if (delays instanceof Delays.None) {
      return 1;
    }
    return bounds.attempts() == null ? DEFAULT_ATTEMPTS : bounds.attempts();
  }

  /** The same, for whichever exception the policy allows the most. */
  public int mostAttempts() {
    return Math.max(
        attempts(),
        rules.stream().mapToInt(rule -> chosen(rule).mostAttempts()).max().orElse(0));
  }

  /** How old a job may be when its next turn is due; empty where nothing bounds it. */
  public Optional<Duration> age() {
    return Optional.ofNullable(bounds.age());
  }

  /** How often a handler may put a job off. */
  public int deferrals() {
    return bounds.deferrals() == null ? DEFAULT_DEFERRALS : bounds.deferrals();
  }

  /** How the handler is called again within an attempt; empty where it is not. */
  public Optional<InHand> inHand() {
    return Optional.ofNullable(inHand);
  }

  /** The policy that decides about this exception; this one where it names none for it. */
  public RetryPolicy forError(Throwable error) {
    List<Throwable> causes = rules.isEmpty() ? List.of() : Causes.of(error);
    for (Rule rule : rules) {
      if (causes.stream().anyMatch(rule.type()::isInstance)) {
        return chosen(rule).forError(error);
      }
    }
    return this;
  }

  /** A rule's policy, with what it leaves open as here. */
  private RetryPolicy chosen(Rule rule) {
    RetryPolicy policy = rule.policy();
    return policy.with(policy.bounds.or(bounds));
  }

  /** Whether this exception, or a cause of it, is one that is not tried again. */
  public boolean givesUpOn(Throwable error) {
    RetryPolicy chosen = forError(error);
    return chosen != this && chosen.delays instanceof Delays.None;
  }

  /**
   * The delay before the next attempt, or empty to give up; whatever the job's age.
   *
   * @param attempt the one that failed, from 1
   * @param random where jitter comes from
   */
  public Optional<Duration> delayAfter(int attempt, Throwable error, RandomGenerator random) {
    RetryPolicy chosen = forError(error);
    return attempt >= chosen.attempts()
        ? Optional.empty()
        : chosen.delays.after(attempt, error, random);
  }

  /** The policy in words. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(attempts());
    text.append(attempts() == 1 ? " attempt" : " attempts, " + delays);
    age().ifPresent(age -> text.append(", within ").append(DurationText.of(age)));
    for (Rule rule : rules) {
      text.append("; on ").append(rule.type().getName()).append(": ").append(rule.policy().delays);
    }
    return text.toString();
  }
}
