package dev.errand.errors;

import java.time.Duration;

/**
 * When a failure is told, counted from the call.
 *
 * @param words as the page has them
 * @param least not sooner
 * @param most not later
 */
record Bound(String words, Duration least, Duration most) {
  /** What a busy machine takes for its own; the page's introduction says it. */
  private static final Duration ALLOWANCE = Duration.ofSeconds(5);

  /** Nothing is waited for: all time-outs are at least 10 seconds where this is asserted. */
  static final Bound AT_ONCE = new Bound("at once", Duration.ZERO, ALLOWANCE);

  /** The server is asked and answers. */
  static final Bound ROUND_TRIPS = new Bound("a few round trips", Duration.ZERO, ALLOWANCE);

  /** This long, and no longer. */
  static Bound after(String words, Duration timeout) {
    return new Bound(words, timeout, timeout.plus(ALLOWANCE));
  }
}
