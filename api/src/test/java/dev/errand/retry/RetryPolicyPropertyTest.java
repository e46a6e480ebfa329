package dev.errand.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every policy, however it was put together. */
class RetryPolicyPropertyTest {
  @Provide
  Arbitrary<Duration> delays() {
    return Arbitraries.longs().between(1, 10_000_000_000L).map(Duration::ofMillis);
  }

  @Provide
  Arbitrary<RetryPolicy> policies() {
    Arbitrary<RetryPolicy> beginnings = delays()
        .flatMap(delay -> Arbitraries.of(
            RetryPolicy.every(delay),
            RetryPolicy.exponential(delay),
            RetryPolicy.by((attempt, error) -> Optional.of(delay.multipliedBy(attempt)))));
    return Combinators.combine(beginnings, delays(), Arbitraries.integers().between(1, 100))
        .as((beginning, longest, attempts) -> beginning.upTo(longest).attempts(attempts));
  }

  @Provide
  Arbitrary<Throwable> errors() {
    return Arbitraries.of(
        new IOException(),
        new EOFException(),
        new UncheckedIOException(new EOFException()),
        new IllegalStateException(),
        new StackOverflowError());
  }

  @Property
  void attempts_andTheLongestDelay_areNeverExceeded(
      @ForAll("policies") RetryPolicy policy,
      @ForAll("delays") Duration longest,
      @ForAll("errors") Throwable error,
      @ForAll @IntRange(min = 1, max = 200) int attempt,
      @ForAll long seed) {
    Optional<Duration> delay = policy.upTo(longest).delayAfter(attempt, error, new Random(seed));

    assertThat(delay.isPresent()).isEqualTo(attempt < policy.attempts());
    assertThat(delay.orElse(Duration.ZERO)).isBetween(Duration.ZERO, longest);
  }

  @Property
  void delays_ofAGrowingPolicy_neverShrinkBeforeTheirLimit(
      @ForAll("delays") Duration first,
      @ForAll @IntRange(min = 1, max = 98) int attempt,
      @ForAll long seed) {
    RetryPolicy policy = RetryPolicy.exponential(first).attempts(100);
    Duration limit =
        first.compareTo(RetryPolicy.LONGEST_DELAY) > 0 ? first : RetryPolicy.LONGEST_DELAY;
    IOException error = new IOException();

    Duration one = policy.delayAfter(attempt, error, new Random(seed)).orElseThrow();
    Duration next = policy.delayAfter(attempt + 1, error, new Random(seed + 1)).orElseThrow();

    assertThat(one).isGreaterThanOrEqualTo(first);
    assertThat(next).isBetween(one, limit);
  }

  @Property
  void on_aClass_changesNothingForTheOthers(
      @ForAll("policies") RetryPolicy policy,
      @ForAll("policies") RetryPolicy other,
      @ForAll("errors") Throwable error,
      @ForAll @IntRange(min = 1, max = 200) int attempt,
      @ForAll long seed) {
    RetryPolicy both = policy.on(EOFException.class, other);
    boolean named = Causes.of(error).stream().anyMatch(EOFException.class::isInstance);

    assertThat(both.delayAfter(attempt, error, new Random(seed)))
        .isEqualTo((named ? other : policy).delayAfter(attempt, error, new Random(seed)));
  }
}
