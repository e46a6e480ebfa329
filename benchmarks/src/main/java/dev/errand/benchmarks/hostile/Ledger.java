package dev.errand.benchmarks.hostile;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** What was sent, and what became of it. Thread-safe. */
final class Ledger {
  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final Set<String> ran = ConcurrentHashMap.newKeySet();
  private final Set<String> twice = ConcurrentHashMap.newKeySet();
  private final Map<String, String> dead = new ConcurrentHashMap<>();

  void sent(String id) {
    sent.add(id);
  }

  void ran(String id) {
    end(id, ran.add(id) && !dead.containsKey(id));
  }

  void dead(Message letter) {
    Object moved = letter.headers().get(Message.BROKER_REASON);
    Object reason = letter.headers().get(WireFormat.FAILURE_REASON);
    String why = moved == null ? grouped("" + reason) : "moved by the broker: " + moved;
    end(letter.id(), dead.put(letter.id(), why) == null && !ran.contains(letter.id()));
  }

  /** Where it ran and died at once, at least the later of the two sees the other. */
  private void end(String id, boolean first) {
    if (!first) {
      twice.add(id);
    }
  }

  /** Without what differs from one to the next. */
  private static String grouped(String reason) {
    return reason.replaceAll("'[^']*'?", "'…'").replaceAll("[0-9]+", "n");
  }

  /** How many have come to an end. */
  int ended() {
    return ran.size() + dead.size();
  }

  /** How many of these ran. */
  long ranOf(String prefix) {
    return ran.stream().filter(id -> id.startsWith(prefix)).count();
  }

  int died() {
    return dead.size();
  }

  Map<String, Integer> reasons() {
    Map<String, Integer> counts = new TreeMap<>();
    dead.values().forEach(reason -> counts.merge(reason, 1, Integer::sum));
    return counts;
  }

  /** What came to more than one end: it ran twice, is dead twice, or ran and is dead. */
  Set<String> twice() {
    return new TreeSet<>(twice);
  }

  /** What was sent, and neither ran nor is dead. */
  Set<String> missing() {
    Set<String> missing = new TreeSet<>(sent);
    missing.removeAll(ran);
    missing.removeAll(dead.keySet());
    return missing;
  }
}
