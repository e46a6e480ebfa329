package dev.errand.broker;

import java.io.Serializable;
import java.util.Objects;

/** Where a message goes. Reuse one value per destination; it is looked at for each message. */
public sealed interface Route extends Serializable permits Route.ToQueue, Route.ToExchange {
  /**
   * Into one queue, by its name.
   *
   * @param queue the queue's name
   */
  record ToQueue(String queue) implements Route {
    /** A name is never null. */
    public ToQueue {
      Objects.requireNonNull(queue);
    }

    @Override
    public String toString() {
      return "queue '" + queue + "'";
    }
  }

  /**
   * Through an exchange, by a routing key; fanout and headers exchanges ignore it.
   *
   * @param exchange the exchange's name
   * @param key at most {@link Capabilities#MAX_KEY_BYTES} bytes of UTF-8
   */
  record ToExchange(String exchange, String key) implements Route {
    /** Neither is null. */
    public ToExchange {
      Objects.requireNonNull(exchange);
      Objects.requireNonNull(key);
    }

    @Override
    public String toString() {
      return "exchange '" + exchange + "' with key '" + key + "'";
    }
  }

  /** Into the queue of this name. */
  static Route queue(String name) {
    return new ToQueue(name);
  }

  /** Through the exchange, by this key. */
  static Route exchange(Exchange exchange, String key) {
    return new ToExchange(exchange.name(), key);
  }
}
