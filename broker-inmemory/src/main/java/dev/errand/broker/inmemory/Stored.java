package dev.errand.broker.inmemory;

import dev.errand.broker.Message;

/**
 * A message in a queue.
 *
 * @param message what was published
 * @param redeliveries how often it came back without having been released
 */
record Stored(Message message, int redeliveries) {
  static Stored fresh(Message message) {
    return new Stored(message, 0);
  }

  Stored cameBack() {
    return new Stored(message, redeliveries + 1);
  }
}
