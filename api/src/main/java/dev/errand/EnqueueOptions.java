package dev.errand;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one job differs from the next. Immutable; starts with {@link #in}, {@link #at},
 * {@link #withExpiry}, {@link #withPriority}, {@link #withId} or {@link #NONE}, and each further
 * method returns new options.
 */
public final class EnqueueOptions {
  /** At once, never expiring, at the lowest priority, with a new id and no headers. */
  public static final EnqueueOptions NONE =
      new EnqueueOptions(Start.NOW, Expiry.NEVER, 0, null, null, Map.of());

  private final Start start;
  private final Expiry expiry;
  private final int priority;
  private final @Nullable String id;
  private final @Nullable String correlationId;
  private final Map<String, Object> headers;

  private EnqueueOptions(
      Start start,
      Expiry expiry,
      int priority,
      @Nullable String id,
      @Nullable String correlationId,
      Map<String, Object> headers) {
    this.start = start;
    this.expiry = expiry;
    this.priority = priority;
    this.id = id;
    this.correlationId = correlationId;
    this.headers = headers;
  }

  /** Due after this delay; zero or negative is now. */
  public static EnqueueOptions in(Duration delay) {
    return new EnqueueOptions(new Start.After(delay), Expiry.NEVER, 0, null, null, Map.of());
  }

  /** Due at this instant; in the past is now. */
  public static EnqueueOptions at(Instant due) {
    return new EnqueueOptions(new Start.At(due), Expiry.NEVER, 0, null, null, Map.of());
  }

  /**
   * Not worth running any more so long after the enqueue, unless it is redriven.
   *
   * @throws IllegalArgumentException as {@link #expiry(Duration)}
   */
  public static EnqueueOptions withExpiry(Duration life) {
    return NONE.expiry(life);
  }

  /** Not worth running any more from this instant, unless it is redriven. */
  public static EnqueueOptions withExpiry(Instant instant) {
    return NONE.expiry(instant);
  }

  /**
   * Of this priority level.
   *
   * @throws IllegalArgumentException as {@link #priority(int)}
   */
  public static EnqueueOptions withPriority(int level) {
    return NONE.priority(level);
  }

  /**
   * Under this id: a caller who may repeat an enqueue gives its own.
   *
   * @throws IllegalArgumentException as {@link #id(String)}
   */
  public static EnqueueOptions withId(String id) {
    return NONE.id(id);
  }

  /**
   * These, not worth running any more so long after the enqueue: a worker that takes the job later
   * acknowledges it without running it. It is for the whole job, its delay and each retry included.
   * One that would expire before it is due is refused at the enqueue.
   *
   * @throws IllegalArgumentException when it is zero or negative
   */
  public EnqueueOptions expiry(Duration life) {
    return new EnqueueOptions(start, new Expiry.After(life), priority, id, correlationId, headers);
  }

  /** As {@link #expiry(Duration)}, from this instant by the worker's clock. */
  public EnqueueOptions expiry(Instant instant) {
    return new EnqueueOptions(start, new Expiry.At(instant), priority, id, correlationId, headers);
  }

  /**
   * These, of this priority level; the lowest and the default is 0. Whether the task's queue has
   * the level is seen at the enqueue.
   *
   * @throws IllegalArgumentException when not within 0 to 255
   */
  public EnqueueOptions priority(int level) {
    if (level < 0 || level > 255) {
      throw new IllegalArgumentException(
          "Priority " + level + " of a job is out of range. Give 0 to 255.");
    }
    return new EnqueueOptions(start, expiry, level, id, correlationId, headers);
  }

  /**
   * These, under this id.
   *
   * @throws IllegalArgumentException when it is empty
   */
  public EnqueueOptions id(String own) {
    if (own.isEmpty()) {
      throw new IllegalArgumentException(
          "A job's id is empty. Give one, or leave it out for a random one.");
    }
    return new EnqueueOptions(start, expiry, priority, own, correlationId, headers);
  }

  /** These, belonging to something else. */
  public EnqueueOptions correlationId(String other) {
    return new EnqueueOptions(start, expiry, priority, id, Objects.requireNonNull(other), headers);
  }

  /**
   * These, with this header, which the handler sees.
   *
   * @param value as a {@link Message}'s header
   * @throws IllegalArgumentException when the name begins with {@code errand-} or {@code x-}, or
   *     the value is of no allowed type
   */
  public EnqueueOptions header(String name, Object value) {
    WireFormat.checkForeign(name);
    Map<String, Object> more = Message.of("", new byte[0])
        .headers(headers)
        .header(name, Objects.requireNonNull(value))
        .build()
        .headers();
    return new EnqueueOptions(start, expiry, priority, id, correlationId, more);
  }

  /** When it is due. */
  public Start start() {
    return start;
  }

  /** When it is no longer worth running. */
  public Expiry expiry() {
    return expiry;
  }

  /** Its priority level. */
  public int priority() {
    return priority;
  }

  /** Its id; null for a random one. */
  public @Nullable String id() {
    return id;
  }

  /** What it belongs to. */
  public @Nullable String correlationId() {
    return correlationId;
  }

  /** Its headers; unmodifiable. */
  public Map<String, Object> headers() {
    return headers;
  }
}
