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

  /**
   * The message as a backend parks it in {@link Queue#UNROUTABLE}, where it has no place when it is
   * due: it tells why, and through which exchange it was to go, by which key.
   *
   * @param reason as {@link Message#BROKER_REASON} has it
   */
  public Message parked(String reason) {
    Message.Builder parked = message.unmarked().copy().header(Message.BROKER_REASON, reason);
    if (route instanceof Route.ToExchange through) {
      parked
          .header(Message.BROKER_EXCHANGE, through.exchange())
          .header(Message.BROKER_KEY, through.key());
    }
    return parked.build();
  }

  /** Whether it waits at all. */
  public boolean delayed() {
    return !delay.isZero() && !delay.isNegative();
  }
}
