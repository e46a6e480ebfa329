package dev.errand.broker;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bytes and what is known about them; immutable, but for the body, which is handed over and not
 * copied: whoever gives or takes it leaves it as it is. An {@code Instant} is cut to whole seconds,
 * as AMQP has them. A header is a {@code String}, {@code Integer}, {@code Long}, a finite
 * {@code Double}, {@code Boolean}, {@code Instant}, {@code byte[]} or a {@code List} of these. A
 * message from a broker has no header that is {@linkplain #isBrokersOwn a broker's own}, so a copy
 * of it is always safe to publish; why a broker itself moved a message stands under
 * {@link #BROKER_REASON}.
 */
public final class Message {
  /**
   * Header, set by a backend on a message that the broker itself moved to a queue's overflow, or
   * parked in {@link Queue#UNROUTABLE}: {@code delivery-limit}, {@code rejected}, {@code expired},
   * {@code unroutable}. A backend takes this header and the two below off what it is given to
   * publish, by {@link #unmarked()}.
   */
  public static final String BROKER_REASON = "broker-reason";

  /**
   * Header, set by a backend on a message that it parked in {@link Queue#UNROUTABLE}: the exchange
   * through which it was to go when it was due; absent where it was to go to a queue.
   */
  public static final String BROKER_EXCHANGE = "broker-exchange";

  /** Header, beside {@link #BROKER_EXCHANGE}: the routing key by which it was to go. */
  public static final String BROKER_KEY = "broker-key";

  private static final Set<String> MARKS = Set.of(BROKER_REASON, BROKER_EXCHANGE, BROKER_KEY);

  private final String id;
  private final byte[] body;
  private final @Nullable String type;
  private final @Nullable String contentType;
  private final @Nullable Instant timestamp;
  private final int priority;
  private final @Nullable String correlationId;
  private final @Nullable String replyTo;
  private final @Nullable String appId;
  private final Map<String, Object> headers;

  private Message(Builder from) {
    id = from.id;
    body = from.body;
    type = from.type;
    contentType = from.contentType;
    timestamp = from.timestamp;
    priority = from.priority;
    correlationId = from.correlationId;
    replyTo = from.replyTo;
    appId = from.appId;
    headers = from.headers;
  }

  /**
   * Whether a header of this name tells something to a broker, or something of its: {@code x-…},
   * and {@code CC} and {@code BCC}, by which RabbitMQ sends a message to further queues. No message
   * of ours has one; a backend leaves off those that a foreign sender or the server has set.
   */
  public static boolean isBrokersOwn(String name) {
    return HeaderValues.isBrokersOwn(name);
  }

  /** Begins a message with this id and body, and nothing else. */
  public static Builder of(String id, byte[] body) {
    return new Builder(id, body);
  }

  /** A builder that holds all of this message. */
  public Builder copy() {
    Builder copy = new Builder(id, body);
    copy.type = type;
    copy.contentType = contentType;
    copy.timestamp = timestamp;
    copy.priority = priority;
    copy.correlationId = correlationId;
    copy.replyTo = replyTo;
    copy.appId = appId;
    copy.headers = headers;
    return copy;
  }

  /**
   * This message without the headers that only a broker sets: as a backend takes it that is given
   * it to publish.
   */
  public Message unmarked() {
    if (Collections.disjoint(MARKS, headers.keySet())) {
      return this;
    }
    Builder copy = copy();
    MARKS.forEach(mark -> copy.header(mark, null));
    return copy.build();
  }

  /** The sender's name for it; empty where a foreign sender gave none. */
  public String id() {
    return id;
  }

  /** What kind of message it is. */
  public @Nullable String type() {
    return type;
  }

  /** The body's media type. */
  public @Nullable String contentType() {
    return contentType;
  }

  /** When it was made, in whole seconds. */
  public @Nullable Instant timestamp() {
    return timestamp;
  }

  /** 0, the lowest and the default, to 255. */
  public int priority() {
    return priority;
  }

  /** What it belongs to. */
  public @Nullable String correlationId() {
    return correlationId;
  }

  /** Where an answer goes. */
  public @Nullable String replyTo() {
    return replyTo;
  }

  /** Which application sent it. */
  public @Nullable String appId() {
    return appId;
  }

  /** The headers; unmodifiable. */
  public Map<String, Object> headers() {
    return headers;
  }

  /** The body itself, not a copy. */
  public byte[] body() {
    return body;
  }

  /** Id, type and sizes; never the content. */
  @Override
  public String toString() {
    return "Message[id=" + id + ", type=" + type + ", " + body.length + " bytes, " + headers.size()
        + " headers]";
  }

  /** Builds a message; not thread-safe. */
  public static final class Builder {
    private final String id;
    private final byte[] body;
    private @Nullable String type;
    private @Nullable String contentType;
    private @Nullable Instant timestamp;
    private int priority;
    private @Nullable String correlationId;
    private @Nullable String replyTo;
    private @Nullable String appId;
    /** Unmodifiable, or {@link #own}. */
    private Map<String, Object> headers = Map.of();

    private @Nullable Map<String, Object> own;

    private Builder(String id, byte[] body) {
      this.id = Objects.requireNonNull(id);
      this.body = Objects.requireNonNull(body);
    }

    /** What kind of message it is; null for none. */
    public Builder type(@Nullable String value) {
      type = value;
      return this;
    }

    /** The body's media type; null for none. */
    public Builder contentType(@Nullable String value) {
      contentType = value;
      return this;
    }

    /** When it was made, cut to whole seconds; null for unknown. */
    public Builder timestamp(@Nullable Instant value) {
      timestamp = value == null ? null : value.truncatedTo(ChronoUnit.SECONDS);
      return this;
    }

    /**
     * Its priority; 0 unless set.
     *
     * @throws IllegalArgumentException when not within 0 to 255
     */
    public Builder priority(int value) {
      if (value < 0 || value > 255) {
        throw new IllegalArgumentException(
            "Priority " + value + " is out of range. Give 0 to 255.");
      }
      priority = value;
      return this;
    }

    /** What it belongs to; null for nothing. */
    public Builder correlationId(@Nullable String value) {
      correlationId = value;
      return this;
    }

    /** Where an answer goes; null for nowhere. */
    public Builder replyTo(@Nullable String value) {
      replyTo = value;
      return this;
    }

    /** Which application sends it; null for unsaid. */
    public Builder appId(@Nullable String value) {
      appId = value;
      return this;
    }

    /**
     * Replaces all headers.
     *
     * @throws IllegalArgumentException when a name is empty or {@linkplain #isBrokersOwn a broker's
     *     own}, or a value is of no allowed type or no finite number
     */
    public Builder headers(Map<String, Object> all) {
      headers = HeaderValues.copyOf(all);
      own = null;
      return this;
    }

    /**
     * Adds one header; null removes it.
     *
     * @throws IllegalArgumentException as {@link #headers}
     */
    public Builder header(String name, @Nullable Object value) {
      if (own == null) {
        own = new LinkedHashMap<>(headers);
        headers = own;
      }
      if (value == null) {
        own.remove(name);
      } else {
        own.put(HeaderValues.checkedName(name), HeaderValues.checked(name, value));
      }
      return this;
    }

    /** The message; the builder may be used further and changes it no more. */
    public Message build() {
      if (own != null) {
        headers = Collections.unmodifiableMap(own);
        own = null;
      }
      return new Message(this);
    }
  }
}
