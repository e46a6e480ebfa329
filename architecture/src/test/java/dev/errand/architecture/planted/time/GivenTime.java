package dev.errand.architecture.planted.time;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;

/** Breaks nothing: the time is given. */
final class GivenTime {
  private GivenTime() {}

  static LocalDate today(Clock clock) {
    return LocalDate.now(clock);
  }

  static Instant then(long millis) {
    return new Date(millis).toInstant();
  }
}
