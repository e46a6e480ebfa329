package dev.errand.broker;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A durable queue.
 *
 * @param name 1 to 200 bytes of UTF-8, without {@code *} and {@code #}, not beginning with
 *     {@code amq.} or {@code errand.}, which belong to brokers
 * @param durability what its messages survive
 * @param priorities number of levels, 0 for none; level 0 is the lowest and the default of a
 *     message
 * @param overflow the queue into which the broker itself moves a message that it gives up on; null
 *     where it must not give up
 */
public record Queue(
    String name,
    Durability durability,
    int priorities,
    @Nullable String overflow) implements Topology {
  /**
   * The name of a broker's parking place: the queue into which it puts a delayed message that finds
   * no place when it is due. {@link Message#BROKER_REASON} says {@code unroutable} where its queue
   * was deleted or no binding of its exchange matches any more, and {@code rejected} where a queue
   * behind its exchange takes no more, as when it is full; other queues may have got their copies
   * then, which get no second one. It is there from the first delay on, unless that came through a
   * broker that makes nothing. To be consumed and inspected as any other, and not to be declared.
   */
  public static final String UNROUTABLE = "errand.unroutable";

  /**
   * What the messages of a queue survive. A backend may give more than is asked, never less. Only
   * one whose {@link Capabilities} say {@link #NOTHING} takes any queue and keeps nothing, so that
   * a program runs in local development as it is.
   */
  public enum Durability {
    /** A restart of the broker, and the loss of one of its nodes where it has three. */
    REPLICATED,
    /** A restart of the broker. */
    DURABLE,
    /** Never asked for; what a backend in memory offers. */
    NOTHING
  }

  /**
   * Checks what each backend relies on.
   *
   * @throws IllegalArgumentException when a name is out of range, a queue is its own overflow, the
   *     priorities are negative, or durability is {@link Durability#NOTHING}
   */
  public Queue {
    Names.checked("Queue", name);
    Objects.requireNonNull(durability);
    if (overflow != null) {
      Names.checked("Overflow queue", overflow);
    }
    if (name.equals(overflow)) {
      throw new IllegalArgumentException(
          "Queue '" + name + "' cannot be its own overflow. Name another queue.");
    }
    if (priorities < 0) {
      throw new IllegalArgumentException(
          "Queue '" + name + "' cannot have " + priorities + " priority levels. Give 0 or more.");
    }
    if (durability == Durability.NOTHING) {
      throw new IllegalArgumentException("Queue '" + name
          + "' cannot ask for no durability. Ask for DURABLE, and a backend in memory accepts it.");
    }
  }

  /** A replicated queue without priorities and overflow. */
  public static Queue named(String name) {
    return new Queue(name, Durability.REPLICATED, 0, null);
  }

  /** This queue with another durability. */
  public Queue durability(Durability wanted) {
    return new Queue(name, wanted, priorities, overflow);
  }

  /** This queue with another number of priority levels. */
  public Queue priorities(int levels) {
    return new Queue(name, durability, levels, overflow);
  }

  /** This queue with the queue that takes what the broker gives up on. */
  public Queue overflow(String queue) {
    return new Queue(name, durability, priorities, queue);
  }

  /**
   * Binds this queue to an exchange by a key, or a pattern where the exchange is a topic; a fanout
   * ignores it.
   *
   * @throws IllegalArgumentException when the exchange matches by headers
   */
  public Binding boundTo(Exchange exchange, String key) {
    return boundTo(exchange, new Binding.Key(key));
  }

  /**
   * Binds this queue to an exchange.
   *
   * @throws IllegalArgumentException when the exchange matches by headers and the match is a key,
   *     or the other way round
   */
  public Binding boundTo(Exchange exchange, Binding.Match match) {
    boolean byKey = match instanceof Binding.Key;
    if (byKey == (exchange.type() == Exchange.Type.HEADERS)) {
      throw new IllegalArgumentException("Queue '" + name + "' cannot be bound to the "
          + exchange.type() + " exchange '" + exchange.name() + "' by "
          + (byKey ? "a key" : "headers")
          + ". Give a headers exchange AllOf or AnyOf, every other a key.");
    }
    return new Binding(exchange.name(), name, match);
  }
}
