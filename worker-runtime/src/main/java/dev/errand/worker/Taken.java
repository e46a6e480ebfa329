package dev.errand.worker;

import dev.errand.broker.Delivery;

/**
 * A delivery in our hands, not yet looked at.
 *
 * @param from who took it
 * @param delivery what was delivered
 * @param epoch the connection it came on, as its intake counts them
 */
record Taken(Intake from, Delivery delivery, int epoch) implements Handover {
  String queue() {
    return from.queue();
  }

  /** Whether the connection it came on is lost, so that it will be delivered again. */
  boolean gone() {
    return epoch != from.epoch();
  }
}
