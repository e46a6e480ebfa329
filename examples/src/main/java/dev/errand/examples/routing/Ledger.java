package dev.errand.examples.routing;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the handlers did, copy by copy. Thread-safe: all is guarded by the object itself, which is
 * notified of each end.
 */
final class Ledger {
  private final Time time;
  private final Map<Copy, Integer> runs = new HashMap<>();
  private final Set<Copy> done = new HashSet<>();

  Ledger(Time time) {
    this.time = time;
  }

  /** An event's copy at a desk. */
  record Copy(String event, String desk) {}

  synchronized void began(Copy copy) {
    runs.merge(copy, 1, Integer::sum);
  }

  synchronized void ended(Copy copy) {
    done.add(copy);
    notifyAll();
  }

  /** How often a handler began with each copy. */
  synchronized Map<Copy, Integer> runs() {
    return Map.copyOf(runs);
  }

  /** Waits until all these have ended well; returns those that have not by the deadline. */
  synchronized Set<Copy> await(Set<Copy> wanted, Duration atMost) throws InterruptedException {
    long began = time.nanoTime();
    long left = atMost.toMillis();
    while (!done.containsAll(wanted) && left > 0) {
      wait(left);
      left = atMost.minusNanos(time.nanoTime() - began).toMillis();
    }
    Set<Copy> missing = new HashSet<>(wanted);
    missing.removeAll(done);
    return missing;
  }
}
