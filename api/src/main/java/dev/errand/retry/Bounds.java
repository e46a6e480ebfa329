package dev.errand.retry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says of how long it goes on; null where it says nothing. Immutable.
 *
 * @param attempts how many in all
 * @param age how old a job may become
 * @param deferrals how often a handler may put it off
 */
record Bounds(
    @Nullable Integer attempts,
    @Nullable Duration age,
    @Nullable Integer deferrals) {
  static final Bounds UNSAID = new Bounds(null, null, null);

  Bounds attempts(int inAll) {
    return new Bounds(inAll, age, deferrals);
  }

  Bounds age(Duration most) {
    return new Bounds(attempts, most, deferrals);
  }

  Bounds deferrals(int most) {
    return new Bounds(attempts, age, most);
  }

  /** These, and what they leave open as others have it. */
  Bounds or(Bounds others) {
    return new Bounds(
        attempts == null ? others.attempts : attempts,
        age == null ? others.age : age,
        deferrals == null ? others.deferrals : deferrals);
  }
}
