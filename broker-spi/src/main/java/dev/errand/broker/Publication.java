package dev.errand.broker;

import java.time.Duration;
import java.util.Objects;

/**
 * A message, where it goes, and when. A delayed message is held by the broker and routed when it is
 * due, never before; a shorter delay overtakes a longer one.
 *
 * @param message what is sent
 * @param route where it goes
 * @param delay zero or negative for now; rounded up to the broker's step
 */
public record Publication(Message message, Route route, Duration delay) {
  /** None of the parts is null. */
  public Publication {
    Objects.requireNonNull(message);
    Objects.requireNonNull(route);
    Objects.requireNonNull(delay);
  }

  /** Of this message, there, now. */
  public static Publication of(Message message, Route route) {
    return new Publication(message, route, Duration.ZERO);
  }

  /** This one, later. */
  public Publication after(Duration wanted) {
    return new Publication(message, route, wanted);
  }

  /** Whether it waits at all. */
  public boolean delayed() {
    return !delay.isZero() && !delay.isNegative();
  }
}
