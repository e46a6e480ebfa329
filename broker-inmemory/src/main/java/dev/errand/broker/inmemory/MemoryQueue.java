package dev.errand.broker.inmemory;

import dev.errand.broker.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One queue: what waits in it, and who consumes it. Guarded by the server's lock. */
final class MemoryQueue {
  private static final int DELIVERY_LIMIT = 100;
  private static final int DELIVERY_LIMIT_WITHOUT_OVERFLOW = 1_000_000;

  private final String name;
  private final @Nullable String overflow;
  private final int priorities;
  private final Load load;
  private final Waiting ready;
  private final List<MemorySubscription> consumers = new ArrayList<>();
  private int turn;
  private long unsettled;
  private boolean everConsumed;

  MemoryQueue(String name, @Nullable String overflow, int priorities, Load load) {
    this.name = name;
    this.overflow = overflow;
    this.priorities = priorities;
    this.load = load;
    this.ready = new Waiting(priorities);
  }

  String name() {
    return name;
  }

  /** The queue that takes what this one gives up on; null where it must not give up. */
  @Nullable
  String overflow() {
    return overflow;
  }

  /** How many levels it has; 0 where it looks at no priority. */
  int priorities() {
    return priorities;
  }

  void addLast(Stored message) {
    load.add(message.message());
    ready.addLast(message);
  }

  void addFirst(Stored message) {
    load.add(message.message());
    ready.addFirst(message);
  }

  boolean isBeyondLimit(Stored message) {
    int limit = overflow == null ? DELIVERY_LIMIT_WITHOUT_OVERFLOW : DELIVERY_LIMIT;
    return message.redeliveries() > limit;
  }

  void attach(MemorySubscription consumer) {
    consumers.add(consumer);
    everConsumed = true;
  }

  void detach(MemorySubscription consumer) {
    consumers.remove(consumer);
  }

  /** Hands what waits to consumers with room, each in turn. */
  void dispatch() {
    while (!ready.isEmpty()) {
      MemorySubscription consumer = next();
      if (consumer == null) {
        return;
      }
      unsettled++;
      consumer.take(ready.removeFirst());
    }
  }

  private @Nullable MemorySubscription next() {
    for (int tried = 0; tried < consumers.size(); tried++) {
      // Once in 2^31 deliveries the count overflows.
      MemorySubscription candidate = consumers.get(Math.floorMod(turn++, consumers.size()));
      if (candidate.hasRoom()) {
        return candidate;
      }
    }
    return null;
  }

  /** A delivery of it was settled, or came back. */
  void settled(Stored message) {
    unsettled--;
    load.remove(message.message());
  }

  /** It is deleted, with all that lies in it and all that is unsettled. */
  void discard() {
    load.clear();
  }

  long ready() {
    return ready.size();
  }

  long unsettled() {
    return unsettled;
  }

  long consumers() {
    return consumers.size();
  }

  /** Whether anybody consumes, or did. */
  boolean wasConsumed() {
    return everConsumed;
  }

  /** Whether messages wait, and nobody ever consumed. */
  boolean isStranded() {
    return !everConsumed && !ready.isEmpty();
  }

  List<Message> head(int most) {
    return ready.stream().limit(most).map(Stored::message).toList();
  }
}
