package dev.errand.worker;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.util.Map;

/**
 * How often what happened to a job; failures, lost consumers and shutdowns are counted apart.
 *
 * @param attempt the present one, from 1
 * @param returns how often it came back from a consumer that was lost
 * @param interruptions how often a shutdown took its thread away
 */
record Counters(int attempt, int returns, int interruptions) {
  static final Counters FIRST = new Counters(1, 0, 0);

  static Counters of(Message message) {
    return new Counters(
        Math.max(1, WireFormat.count(message, WireFormat.ATTEMPT, 1)),
        WireFormat.count(message, WireFormat.RETURNS, 0),
        WireFormat.count(message, WireFormat.INTERRUPTIONS, 0));
  }

  Counters nextAttempt() {
    return new Counters(oneMore(attempt), returns, interruptions);
  }

  Counters returned() {
    return new Counters(attempt, oneMore(returns), interruptions);
  }

  Counters interrupted() {
    return new Counters(attempt, returns, oneMore(interruptions));
  }

  /** Writes them over those of a message. */
  void writeTo(Map<String, Object> headers) {
    headers.put(WireFormat.ATTEMPT, attempt);
    put(headers, WireFormat.RETURNS, returns);
    put(headers, WireFormat.INTERRUPTIONS, interruptions);
  }

  private static void put(Map<String, Object> headers, String name, int count) {
    if (count == 0) {
      headers.remove(name);
    } else {
      headers.put(name, count);
    }
  }

  /** A forged count at the end of its range stays there. */
  private static int oneMore(int count) {
    return count == Integer.MAX_VALUE ? count : count + 1;
  }
}
