package dev.errand.broker;

import java.util.Map;
import java.util.Objects;

/**
 * Puts messages of an exchange into a queue when they match. Made by {@link Queue#boundTo(Exchange,
 * String)}.
 *
 * @param exchange the exchange's name
 * @param queue the queue's name
 * @param match when a message matches
 */
public record Binding(String exchange, String queue, Match match) implements Topology {
  /** When a message matches. */
  public sealed interface Match permits Key, AllOf, AnyOf {}

  /**
   * By routing key: equal on a direct exchange; {@code *} one word and {@code #} any number on a
   * topic; ignored on a fanout.
   *
   * @param pattern a key, or a pattern of words parted by dots
   */
  public record Key(String pattern) implements Match {
    /** A key is never null. */
    public Key {
      Objects.requireNonNull(pattern);
    }
  }

  /**
   * By headers: all of them; none given matches every message.
   *
   * @param headers names and values as a {@link Message}'s
   */
  public record AllOf(Map<String, Object> headers) implements Match {
    /**
     * Copies the headers.
     *
     * @throws IllegalArgumentException when a name or a value is none that a message can have
     */
    public AllOf {
      headers = HeaderValues.copyOf(headers);
    }
  }

  /**
   * By headers: at least one; none given matches no message.
   *
   * @param headers names and values as a {@link Message}'s
   */
  public record AnyOf(Map<String, Object> headers) implements Match {
    /**
     * Copies the headers.
     *
     * @throws IllegalArgumentException when a name or a value is none that a message can have
     */
    public AnyOf {
      headers = HeaderValues.copyOf(headers);
    }
  }

  /** None of the parts is null. */
  public Binding {
    Objects.requireNonNull(exchange);
    Objects.requireNonNull(queue);
    Objects.requireNonNull(match);
  }

  /**
   * Whether a message sent to this binding's exchange goes to its queue: RabbitMQ's rules as a pure
   * function, for backends that have no exchanges.
   *
   * @param type the type of this binding's exchange
   * @param key the routing key that the message was sent with
   * @param headers the message's headers
   */
  public boolean matches(Exchange.Type type, String key, Map<String, Object> headers) {
    return Matching.matches(match, type, key, headers);
  }
}
