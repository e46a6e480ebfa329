package dev.errand.broker.rabbit;

import java.time.Duration;

/**
 * A delay as decimal digits of 100 ms.
 *
 * @param highest the position of its highest digit that is not zero, where the message enters
 * @param digits nine digits, each followed by a dot: the front of the routing key
 */
record DelayKey(int highest, String digits) {
  static final Duration STEP = Duration.ofMillis(ServerParts.DELAY_STEP_MILLIS);
  static final Duration LONGEST = STEP.multipliedBy(999_999_999);

  /** Rounded up to the step; more than zero and at most {@link #LONGEST}. */
  static DelayKey of(Duration delay) {
    long steps = delay.plus(STEP).minusNanos(1).dividedBy(STEP);
    StringBuilder digits = new StringBuilder(2 * ServerParts.DELAY_DIGITS);
    int highest = 0;
    long rest = steps;
    for (int position = 0; position < ServerParts.DELAY_DIGITS; position++) {
      int digit = (int) (rest % 10);
      rest /= 10;
      digits.insert(0, digit + ".");
      highest = digit == 0 ? highest : position;
    }
    return new DelayKey(highest, digits.toString());
  }

  String to(String queue) {
    return digits + queue;
  }

  String exchange() {
    return ServerParts.delayExchange(highest);
  }
}
