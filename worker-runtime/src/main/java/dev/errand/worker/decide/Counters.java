package dev.errand.worker.decide;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.util.Map;

/**
 * How often what happened to a job; each is counted apart, and moves alone.
 *
 * @param attempt the present one, from 1
 * @param returns how often it came back from a consumer that was lost
 * @param crashes how often it is held to have taken its worker down
 * @param interruptions how often a shutdown took its thread away
 * @param deferrals how often its handler put it off
 */
public record Counters(int attempt, int returns, int crashes, int interruptions, int deferrals) {
  /** Those of a job that nothing has happened to. */
  public static final Counters FIRST = new Counters(1, 0, 0, 0, 0);

  /** Those that a message bears. */
  public static Counters of(Message message) {
    return new Counters(
        Math.max(1, WireFormat.count(message, WireFormat.ATTEMPT, 1)),
        WireFormat.count(message, WireFormat.RETURNS, 0),
        WireFormat.count(message, WireFormat.CRASHES, 0),
        WireFormat.count(message, WireFormat.INTERRUPTIONS, 0),
        WireFormat.count(message, WireFormat.DEFERRALS, 0));
  }

  /** After a failure. */
  public Counters nextAttempt() {
    return new Counters(oneMore(attempt), returns, crashes, interruptions, deferrals);
  }

  /** After a return. */
  public Counters returned() {
    return new Counters(attempt, oneMore(returns), crashes, interruptions, deferrals);
  }

  /** After a crash. */
  public Counters crashed() {
    return new Counters(attempt, returns, oneMore(crashes), interruptions, deferrals);
  }

  /** After an interruption. */
  public Counters interrupted() {
    return new Counters(attempt, returns, crashes, oneMore(interruptions), deferrals);
  }

  /** After a deferral. */
  public Counters deferred() {
    return new Counters(attempt, returns, crashes, interruptions, oneMore(deferrals));
  }

  /** Writes them over those of a message. */
  public void writeTo(Map<String, Object> headers) {
    headers.put(WireFormat.ATTEMPT, attempt);
    put(headers, WireFormat.RETURNS, returns);
    put(headers, WireFormat.CRASHES, crashes);
    put(headers, WireFormat.INTERRUPTIONS, interruptions);
    put(headers, WireFormat.DEFERRALS, deferrals);
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
