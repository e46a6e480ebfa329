package dev.errand.broker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Puts messages of an exchange into a queue when they match. By headers, times cannot be matched,
 * as RabbitMQ from 3.13 on finds no two equal: give milliseconds since 1970, or text, in the
 * binding and in the message. Values match that are of one type and equal, and whole numbers of
 * either type; whether one of another type matches too (1.0 for 1) is the broker's. Made by
 * {@link Queue#boundTo(Exchange, String)}.
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
   * @param pattern a key, or a pattern of words parted by dots, of at most 255 bytes of UTF-8
   */
  public record Key(String pattern) implements Match {
    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException when it is longer
     */
    public Key {
      int bytes = Utf8.length(pattern);
      if (bytes > Capabilities.MAX_TEXT_BYTES) {
        throw new IllegalArgumentException("A binding key of " + bytes
            + " bytes of UTF-8 is refused: '" + pattern + "'. Shorten it to "
            + Capabilities.MAX_TEXT_BYTES + " or less.");
      }
    }
  }

  /**
   * By headers: all of them; none given matches every message.
   *
   * @param headers names and values as a {@link Message}'s, but no times
   */
  public record AllOf(Map<String, Object> headers) implements Match {
    /**
     * Copies the headers.
     *
     * @throws IllegalArgumentException when a name or a value is none that a message can have, or a
     *     value is a time, or they have more than {@link Capabilities#MAX_HEADER_BYTES}
     */
    public AllOf {
      headers = limited(headers);
    }
  }

  /**
   * By headers: at least one; none given matches no message.
   *
   * @param headers names and values as a {@link Message}'s, but no times
   */
  public record AnyOf(Map<String, Object> headers) implements Match {
    /**
     * Copies the headers.
     *
     * @throws IllegalArgumentException when a name or a value is none that a message can have, or a
     *     value is a time, or they have more than {@link Capabilities#MAX_HEADER_BYTES}
     */
    public AnyOf {
      headers = limited(headers);
    }
  }

  private static Map<String, Object> limited(Map<String, Object> headers) {
    Map<String, Object> copy = HeaderValues.copyOf(headers);
    copy.forEach(Binding::refuseTime);
    long bytes = HeaderValues.bytes(copy);
    if (bytes > Capabilities.MAX_HEADER_BYTES) {
      throw new IllegalArgumentException("The headers of a binding have " + bytes + " bytes: "
          + copy.keySet() + ". Give less, at most " + Capabilities.MAX_HEADER_BYTES + ".");
    }
    return copy;
  }

  private static void refuseTime(String name, Object value) {
    if (value instanceof List<?> list) {
      list.forEach(element -> refuseTime(name, element));
    } else if (value instanceof Instant) {
      throw new IllegalArgumentException(
          "A binding by the time " + value + " of header '" + name
              + "' is refused. RabbitMQ from 3.13 on never finds it equal to one in a message."
              + " Give milliseconds since 1970 as a Long, or text, in the binding and in the messages.");
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
