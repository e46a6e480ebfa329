package dev.errand.broker;

import java.util.Comparator;

/**
 * A part of what stands on the broker. Parts are values: two sides that share a constant declare
 * the same thing, and either may come first.
 */
public sealed interface Topology permits Queue, Exchange, Binding {
  /**
   * The order in which parts can be declared: exchanges, queues, queues with an overflow, bindings.
   * A queue's overflow has none itself in every sensible topology.
   */
  Comparator<Topology> DECLARING = (one, other) -> Integer.compare(turn(one), turn(other));

  private static int turn(Topology part) {
    if (part instanceof Queue queue) {
      return queue.overflow() == null ? 1 : 2;
    }
    return part instanceof Exchange ? 0 : 3;
  }
}
