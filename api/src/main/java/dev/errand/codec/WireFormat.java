package dev.errand.codec;

import dev.errand.broker.Message;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Version 1 of how a job stands in a message. The body is the payload and nothing else; the
 * message's id is the job's, its type the task's name; all else is in headers, every name of which
 * stands here. A header that is absent has its default, so that a type and a JSON body are enough.
 * Times are 64-bit epoch milliseconds, counts 32-bit integers.
 */
public final class WireFormat {
  /** The version that is written and understood. */
  public static final int VERSION = 1;

  /** The content type of a JSON body. */
  public static final String JSON = "application/json";

  /** What the names of all our headers begin with; no header of an application does. */
  public static final String PREFIX = "errand-";

  /** Version of this format; absent is 1. */
  public static final String FORMAT = PREFIX + "format";

  /** Which attempt this is, from 1; absent is 1. */
  public static final String ATTEMPT = PREFIX + "attempt";

  /** When the job was enqueued. */
  public static final String ENQUEUED_AT = PREFIX + "enqueued-at";

  /** When a dead letter was last started afresh; absent where it never was. */
  public static final String REDRIVEN_AT = PREFIX + "redriven-at";

  /** When a delayed job, or the next attempt, is due; absent for at once. */
  public static final String DUE_AT = PREFIX + "due-at";

  /** When a job is no longer worth running; absent for never. */
  public static final String EXPIRES_AT = PREFIX + "expires-at";

  /** The name of its home queue; absent until a job through an exchange is taken from a queue. */
  public static final String QUEUE = PREFIX + "queue";

  /** Version of the payload; absent is 1. */
  public static final String PAYLOAD_VERSION = PREFIX + "payload-version";

  /**
   * How often it came back from a consumer that was lost, and was not held to have caused that;
   * absent is 0.
   */
  public static final String RETURNS = PREFIX + "returns";

  /**
   * How often it came back when it was alone in its worker's lane, and so is held to have taken the
   * worker down; absent is 0.
   */
  public static final String CRASHES = PREFIX + "crashes";

  /** How often a shutdown took its thread away; absent is 0. */
  public static final String INTERRUPTIONS = PREFIX + "interruptions";

  /** How often its handler put it off; absent is 0. */
  public static final String DEFERRALS = PREFIX + "deferrals";

  /**
   * Since when it waits for a worker that knows its task and its versions; absent while it does
   * not. Its own header and no counter's: the wait is bounded by time, and the time counts from
   * here and not from {@link #ENQUEUED_AT}, as a job that was delayed for a week has all its time
   * still before it; nor from {@link #FAILURE_FIRST_AT}, as it may have failed before at a worker
   * that knew it.
   */
  public static final String WAITING_SINCE = PREFIX + "waiting-since";

  /**
   * What its priority was; only on a dead letter that a redrive or a discard passed over, which
   * then has none, so that it comes after those that are not looked at yet.
   */
  public static final String PRIORITY = PREFIX + "priority";

  /** Why it is dead, in words. */
  public static final String FAILURE_REASON = PREFIX + "failure-reason";

  /** The class name of the last failure's exception. */
  public static final String FAILURE_TYPE = PREFIX + "failure-type";

  /** The message of the last failure's exception, cut. */
  public static final String FAILURE_MESSAGE = PREFIX + "failure-message";

  /** The stack trace of the last failure, cut; only on a dead letter. */
  public static final String FAILURE_STACK = PREFIX + "failure-stack";

  /** When it failed first. */
  public static final String FAILURE_FIRST_AT = PREFIX + "failure-first-at";

  /** When it failed last. */
  public static final String FAILURE_LAST_AT = PREFIX + "failure-last-at";

  /** Which worker it failed at last: its name, process and host. */
  public static final String FAILURE_WORKER = PREFIX + "failure-worker";

  private static final String DEAD = ".dead";
  private static final String LANE = ".returned";

  private WireFormat() {}

  /** The name of the queue that takes the dead letters of a queue. */
  public static String deadLettersOf(String queue) {
    return queue + DEAD;
  }

  /** The queue whose dead letters lie in one of this name; empty where its name says none. */
  public static Optional<String> deadLettersIn(String queue) {
    return queue.endsWith(DEAD)
        ? Optional.of(queue.substring(0, queue.length() - DEAD.length()))
        : Optional.empty();
  }

  /**
   * The name of a queue's lane: a part of the queue, where jobs wait that came back from lost
   * consumers more than once. Each worker takes one of them at a time, so that the next loss tells
   * which of them it was.
   */
  public static String laneOf(String queue) {
    return queue + LANE;
  }

  /** The queue whose lane is called so; empty where the name says none. */
  public static Optional<String> laneIn(String queue) {
    return queue.endsWith(LANE)
        ? Optional.of(queue.substring(0, queue.length() - LANE.length()))
        : Optional.empty();
  }

  /**
   * Makes sure that a header's name is none of ours, so that no application forges a count.
   *
   * @throws IllegalArgumentException when it begins with {@link #PREFIX}
   */
  public static void checkForeign(String name) {
    if (name.startsWith(PREFIX)) {
      throw new IllegalArgumentException("Header name '" + name
          + "' is refused: names that begin with '" + PREFIX
          + "' belong to Errand. Choose another name.");
    }
  }

  /** The version of a message's payload, from 1; what is no version counts as absent. */
  public static int payloadVersion(Message message) {
    return Math.max(1, count(message, PAYLOAD_VERSION, 1));
  }

  /**
   * A count among the headers. What is no whole number of 0 to 2<sup>31</sup>-1 was written by
   * nobody of ours and counts as absent.
   */
  public static int count(Message message, String header, int absent) {
    long number = number(message, header);
    return number >= 0 && number <= Integer.MAX_VALUE ? (int) number : absent;
  }

  /**
   * A time among the headers; null where there is none. What is no whole number of 0 or more was
   * written by nobody of ours and counts as absent.
   */
  public static @Nullable Instant time(Message message, String header) {
    long millis = number(message, header);
    return millis < 0 ? null : Instant.ofEpochMilli(millis);
  }

  /** Negative where there is none. */
  private static long number(Message message, String header) {
    Object value = message.headers().get(header);
    return value instanceof Integer || value instanceof Long ? ((Number) value).longValue() : -1;
  }
}
