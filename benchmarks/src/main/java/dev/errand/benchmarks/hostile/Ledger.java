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
  private final Map<String, String> dead = new ConcurrentHashMap<>();

  void sent(String id) {
    sent.add(id);
  }

  void ran(String id) {
    ran.add(id);
  }

  void dead(Message letter) {
    Object moved = letter.headers().get(Message.BROKER_REASON);
    Object reason = letter.headers().get(WireFormat.FAILURE_REASON);
    dead.put(letter.id(), moved == null ? grouped("" + reason) : "moved by the broker: " + moved);
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

  /** What was sent, and neither ran nor is dead. */
  Set<String> missing() {
    Set<String> missing = new TreeSet<>(sent);
    missing.removeAll(ran);
    missing.removeAll(dead.keySet());
    return missing;
  }
}
