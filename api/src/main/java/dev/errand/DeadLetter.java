package dev.errand;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job that gave up, with the facts of it. Each fact is a header that a worker wrote, so one that
 * the broker moved by itself, or a foreign program put there, has fewer: a text that is not there
 * is empty, a time null. Immutable; no method blocks.
 */
public final class DeadLetter {
  /** What was true of the job that died, and is not of the one that starts afresh. */
  private static final Set<String> OF_ITS_LAST_LIFE = Set.of(
      WireFormat.ATTEMPT,
      WireFormat.DUE_AT,
      WireFormat.EXPIRES_AT,
      WireFormat.RETURNS,
      WireFormat.CRASHES,
      WireFormat.INTERRUPTIONS,
      WireFormat.DEFERRALS,
      WireFormat.WAITING_SINCE,
      WireFormat.FAILURE_REASON,
      WireFormat.FAILURE_TYPE,
      WireFormat.FAILURE_MESSAGE,
      WireFormat.FAILURE_STACK,
      WireFormat.FAILURE_FIRST_AT,
      WireFormat.FAILURE_LAST_AT,
      WireFormat.FAILURE_WORKER,
      WireFormat.PRIORITY,
      Message.BROKER_REASON);

  private static final int HIGHEST_PRIORITY = 255;

  private final String queue;
  private final Message message;

  DeadLetter(String queue, Message message) {
    this.queue = queue;
    this.message = message;
  }

  /** The job's id; empty where a foreign sender gave none. */
  public String id() {
    return message.id();
  }

  /**
   * The task's name by which it was enqueued, which may be a former one; empty where a foreign
   * sender gave none.
   */
  public String task() {
    return message.type() == null ? "" : message.type();
  }

  /** The queue that it was taken from, and that a redrive brings it back to. */
  public String queue() {
    return queue;
  }

  /**
   * Why it is dead, in words; {@code moved by the broker: delivery-limit} and the like where the
   * broker itself gave it up; empty where it does not say.
   */
  public String reason() {
    String moved = text(Message.BROKER_REASON);
    return moved.isEmpty() ? text(WireFormat.FAILURE_REASON) : "moved by the broker: " + moved;
  }

  /** The class name of the last exception; empty where there was none. */
  public String errorType() {
    return text(WireFormat.FAILURE_TYPE);
  }

  /** What the last exception said, cut to 1000 characters; empty where there was none. */
  public String errorMessage() {
    return text(WireFormat.FAILURE_MESSAGE);
  }

  /**
   * The stack trace of the last exception and its causes, cut to 4096 characters; empty where there
   * was none.
   */
  public String stack() {
    return text(WireFormat.FAILURE_STACK);
  }

  /** The attempt at which it died, from 1. */
  public int attempt() {
    return Math.max(1, WireFormat.count(message, WireFormat.ATTEMPT, 1));
  }

  /** When it was enqueued. */
  public @Nullable Instant enqueuedAt() {
    return WireFormat.time(message, WireFormat.ENQUEUED_AT);
  }

  /** When it is, or was, no longer worth running; null where it always is. */
  public @Nullable Instant expiresAt() {
    return WireFormat.time(message, WireFormat.EXPIRES_AT);
  }

  /** When it failed first; a loss of its worker is no failure. */
  public @Nullable Instant firstFailedAt() {
    return WireFormat.time(message, WireFormat.FAILURE_FIRST_AT);
  }

  /** When it failed last, which is when it died. */
  public @Nullable Instant lastFailedAt() {
    return WireFormat.time(message, WireFormat.FAILURE_LAST_AT);
  }

  /**
   * The worker it failed at last: its name, process and host; empty where there was none. Of a job
   * that a lost worker had in hand ("worker lost", "may have run") it is the one that found that.
   */
  public String worker() {
    return text(WireFormat.FAILURE_WORKER);
  }

  /** The message as it lies there: the payload's bytes, and all headers. */
  public Message message() {
    return message;
  }

  /**
   * The job as it was enqueued first: the counters and the failure are gone, all else is kept; but
   * for its expiry, as whoever sends it back says that it is worth running.
   */
  Message afresh(Instant now) {
    Map<String, Object> headers = new LinkedHashMap<>(message.headers());
    headers.keySet().removeAll(OF_ITS_LAST_LIFE);
    headers.put(WireFormat.QUEUE, queue);
    headers.put(WireFormat.REDRIVEN_AT, now.toEpochMilli());
    int priority = WireFormat.count(message, WireFormat.PRIORITY, message.priority());
    return message
        .copy()
        .priority(Math.min(priority, HIGHEST_PRIORITY))
        .headers(headers)
        .build();
  }

  /**
   * As it goes back to the end of the dead letters: the same, when that loses nothing. What the
   * broker knows of a message that it moved goes with that message, so it is written down; and what
   * has a priority would come again before those that were not looked at yet.
   */
  Message passedOver() {
    Message.Builder copy = message.copy();
    boolean moved = message.headers().containsKey(Message.BROKER_REASON);
    if (moved) {
      copy.header(Message.BROKER_REASON, null).header(WireFormat.FAILURE_REASON, reason());
    }
    if (message.priority() > 0) {
      copy.priority(0).header(WireFormat.PRIORITY, message.priority());
    }
    return moved || message.priority() > 0 ? copy.build() : message;
  }

  /** What is no text was written by nobody of ours, and counts as absent. */
  private String text(String header) {
    return message.headers().get(header) instanceof String text ? text : "";
  }

  /** One line for a log or a terminal; without the payload, which may not be for every eye. */
  @Override
  public String toString() {
    return (task().isEmpty() ? "(no task)" : task()) + " " + (id().isEmpty() ? "(no id)" : id())
        + " of '" + queue + "', attempt " + attempt()
        + (lastFailedAt() == null ? "" : ", " + lastFailedAt())
        + ": " + (reason().isEmpty() ? "(no reason)" : reason())
        + (errorType().isEmpty() ? "" : ": " + errorType())
        + (errorMessage().isEmpty() ? "" : ": " + errorMessage());
  }
}
