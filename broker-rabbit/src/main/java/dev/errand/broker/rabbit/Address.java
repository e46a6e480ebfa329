package dev.errand.broker.rabbit;

import dev.errand.broker.Route;
import org.jspecify.annotations.Nullable;

/**
 * Where a message goes in AMQP's words.
 *
 * @param dueKey the key by which it goes on through its exchange when it is due; null where it does
 *     not
 */
record Address(String exchange, String key, @Nullable String dueKey) {
  /** Whether it is where we park, and so mark what we send there. */
  boolean isParking() {
    return exchange.equals(ServerParts.UNROUTABLE);
  }

  /** Of a message that waits for nothing. */
  static Address now(Route route) {
    return route instanceof Route.ToExchange through
        ? new Address(through.exchange(), through.key(), null)
        : new Address("", ((Route.ToQueue) route).queue(), null);
  }

  /** Of one that waits so long, whose way is prepared. */
  static Address later(DelayKey delay, Route route) {
    return new Address(
        delay.exchange(),
        delay.to(ServerParts.dueQueue(route)),
        route instanceof Route.ToExchange through ? through.key() : null);
  }
}
