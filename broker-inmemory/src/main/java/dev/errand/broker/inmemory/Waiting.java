package dev.errand.broker.inmemory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What waits in a queue: the highest level first, and within a level the oldest. */
final class Waiting {
  /** From the lowest level; at least one. */
  private final List<ArrayDeque<Stored>> levels = new ArrayList<>();

  private int size;

  /**
   * Of so many levels.
   *
   * @param wanted 0 for a queue that looks at no priority
   */
  Waiting(int wanted) {
    for (int level = 0; level < Math.max(1, wanted); level++) {
      levels.add(new ArrayDeque<>());
    }
  }

  void addLast(Stored message) {
    levelOf(message).addLast(message);
    size++;
  }

  void addFirst(Stored message) {
    levelOf(message).addFirst(message);
    size++;
  }

  /**
   * Of a priority that is none of the levels, such as one that came through an exchange: the
   * highest.
   */
  private ArrayDeque<Stored> levelOf(Stored message) {
    return levels.get(Math.min(message.message().priority(), levels.size() - 1));
  }

  Stored removeFirst() {
    for (int level = levels.size() - 1; level > 0; level--) {
      if (!levels.get(level).isEmpty()) {
        size--;
        return levels.get(level).removeFirst();
      }
    }
    Stored first = levels.get(0).removeFirst();
    size--;
    return first;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** In the order in which they leave. */
  Stream<Stored> stream() {
    return Stream.iterate(levels.size() - 1, level -> level >= 0, level -> level - 1)
        .flatMap(level -> levels.get(level).stream());
  }
}
