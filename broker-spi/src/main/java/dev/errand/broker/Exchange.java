package dev.errand.broker;

import java.util.Objects;

/**
 * A durable exchange: copies each message into every queue whose binding matches, once per queue.
 *
 * @param name as a {@link Queue}'s
 * @param type how bindings match
 */
public record Exchange(String name, Type type) implements Topology {
  /** How bindings match, by RabbitMQ's rules on every backend. */
  public enum Type {
    /** The routing key equals the binding's. */
    DIRECT,
    /** Every binding matches. */
    FANOUT,
    /** The routing key's words match the binding's pattern. */
    TOPIC,
    /** The message's headers hold the binding's. */
    HEADERS
  }

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException when the name is out of range
   */
  public Exchange {
    Names.checked("Exchange", name);
    Objects.requireNonNull(type);
  }

  /** An exchange that compares keys. */
  public static Exchange direct(String name) {
    return new Exchange(name, Type.DIRECT);
  }

  /** An exchange that gives each bound queue a copy. */
  public static Exchange fanout(String name) {
    return new Exchange(name, Type.FANOUT);
  }

  /** An exchange that matches keys by pattern. */
  public static Exchange topic(String name) {
    return new Exchange(name, Type.TOPIC);
  }

  /** An exchange that matches headers. */
  public static Exchange headers(String name) {
    return new Exchange(name, Type.HEADERS);
  }
}
