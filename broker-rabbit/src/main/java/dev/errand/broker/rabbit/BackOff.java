package dev.errand.broker.rabbit;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.time.Duration;

/**
 * How long to wait before the next attempt to reach the server: the library's arithmetic; the
 * waiting is ours.
 */
final class BackOff {
  private static final int HIGHEST = 10;
  private static final RetryConfig POLICY = RetryConfig.custom()
      .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(
          Duration.ofMillis(100), 2.0, 0.5, Duration.ofSeconds(2)))
      .build();

  private BackOff() {}

  /** From about 100 ms, doubled each time, to about 2 s. */
  static Duration after(int failures) {
    IOException any = new IOException();
    return Duration.ofMillis(
        POLICY.getIntervalBiFunction().apply(Math.min(failures, HIGHEST), Either.left(any)));
  }
}
