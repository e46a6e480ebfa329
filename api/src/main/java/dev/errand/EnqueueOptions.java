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
 * {@link #withPriority}, {@link #withId} or {@link #NONE}, and each further method returns new
 * options.
 */
public final class EnqueueOptions {
  /** At once, at the lowest priority, with a new id and no headers. */
  public static final EnqueueOptions NONE = new EnqueueOptions(Start.NOW, 0, null, null, Map.of());

  private final Start start;
  private final int priority;
  private final @Nullable String id;
  private final @Nullable String correlationId;
  private final Map<String, Object> headers;

  private EnqueueOptions(
      Start start,
      int priority,
      @Nullable String id,
      @Nullable String correlationId,
      Map<String, Object> headers) {
    this.start = start;
    this.priority = priority;
    this.id = id;
    this.correlationId = correlationId;
    this.headers = headers;
  }

  /** Due after this delay; zero or negative is now. */
  public static EnqueueOptions in(Duration delay) {
    return new EnqueueOptions(new Start.After(delay), 0, null, null, Map.of());
  }

  /** Due at this instant; in the past is now. */
  public static EnqueueOptions at(Instant due) {
    return new EnqueueOptions(new Start.At(due), 0, null, null, Map.of());
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
    return new EnqueueOptions(start, level, id, correlationId, headers);
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
    return new EnqueueOptions(start, priority, own, correlationId, headers);
  }

  /** These, belonging to something else. */
  public EnqueueOptions correlationId(String other) {
    return new EnqueueOptions(start, priority, id, Objects.requireNonNull(other), headers);
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
    return new EnqueueOptions(start, priority, id, correlationId, more);
  }

  /** When it is due. */
  public Start start() {
    return start;
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
