package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.LongString;
import dev.errand.broker.Message;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Our message in AMQP's words, both ways. */
final class Properties {
  /**
   * Ours on every publish: by it a return finds its entry, as ids can repeat. Never seen by a
   * receiver.
   */
  static final String NUMBER = "x-errand-seq";

  /** Ours on what is delayed through an exchange: the key by which it goes on when it is due. */
  private static final String DUE_KEY = "x-errand-key";

  private static final Integer PERSISTENT = 2;
  private static final String DELIVERY_COUNT = "x-delivery-count";
  private static final String ACQUIRED_COUNT = "x-acquired-count";

  private Properties() {}

  static AMQP.BasicProperties of(Message message, long number, @Nullable String dueKey) {
    Map<String, Object> headers = new HashMap<>(message.headers().size() * 2 + 2);
    message.headers().forEach((name, value) -> headers.put(name, toAmqp(value)));
    headers.put(NUMBER, number);
    if (dueKey != null) {
      headers.put(DUE_KEY, dueKey);
    }
    Instant timestamp = message.timestamp();
    return new AMQP.BasicProperties(
        message.contentType(),
        null,
        headers,
        PERSISTENT,
        message.priority(),
        message.correlationId(),
        message.replyTo(),
        null,
        message.id(),
        timestamp == null ? null : Date.from(timestamp),
        message.type(),
        null,
        message.appId(),
        null);
  }

  /** The key by which a message goes on; empty where none is told. */
  static String dueKey(AMQP.BasicProperties properties) {
    Map<String, Object> headers = properties.getHeaders();
    return headers == null ? "" : Objects.toString(headers.get(DUE_KEY), "");
  }

  static Object toAmqp(Object value) {
    if (value instanceof Instant instant) {
      return Date.from(instant);
    }
    return value instanceof List<?> list ? list.stream().map(Properties::toAmqp).toList() : value;
  }

  static Message message(String queue, AMQP.BasicProperties properties, byte[] body) {
    Map<String, Object> headers =
        properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    String id = properties.getMessageId();
    Date timestamp = properties.getTimestamp();
    Integer priority = properties.getPriority();
    Message message = Message.of(id == null ? "" : id, body)
        .type(properties.getType())
        .contentType(properties.getContentType())
        .timestamp(timestamp == null ? null : timestamp.toInstant())
        .priority(priority == null ? 0 : Math.max(0, Math.min(255, priority)))
        .correlationId(properties.getCorrelationId())
        .replyTo(properties.getReplyTo())
        .appId(properties.getAppId())
        .headers(headers(headers))
        .build();
    return marked(queue, message, headers.get("x-death"));
  }

  /** With the marks of what was moved here: by us, or by the server. */
  private static Message marked(String queue, Message message, @Nullable Object deaths) {
    boolean parked = queue.equals(ServerParts.UNROUTABLE);
    if (parked && message.headers().containsKey(Message.BROKER_REASON)) {
      return message;
    }
    String reason = parked ? "unroutable" : brokerReason(deaths);
    Message unmarked = message.unmarked();
    return reason == null
        ? unmarked
        : unmarked.copy().header(Message.BROKER_REASON, reason).build();
  }

  private static Map<String, Object> headers(Map<String, Object> received) {
    Map<String, Object> headers = new HashMap<>(received.size() * 2);
    received.forEach((name, value) -> {
      Object ours = name.isEmpty() || Message.isBrokersOwn(name) ? null : fromAmqp(value);
      if (ours != null) {
        headers.put(name, ours);
      }
    });
    return headers;
  }

  private static @Nullable Object fromAmqp(@Nullable Object value) {
    if (value == null
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean
        || (value instanceof Double number && Double.isFinite(number))
        || value instanceof byte[]) {
      return value;
    }
    if (value instanceof Date date) {
      return date.toInstant();
    }
    if (value instanceof Short || value instanceof Byte) {
      return ((Number) value).intValue();
    }
    if (value instanceof Float number && Float.isFinite(number)) {
      return number.doubleValue();
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(Properties::fromAmqp).filter(Objects::nonNull).toList();
    }
    // A long string, or what a foreign sender may use and we have no type for: a table, a decimal.
    return value instanceof LongString || value instanceof String
        ? value.toString()
        : String.valueOf(value);
  }

  /**
   * Why the server itself moved the message here; null where it did not. The newest death is the
   * first; a delay's expiry is none.
   */
  private static @Nullable String brokerReason(@Nullable Object deaths) {
    if (deaths instanceof List<?> list
        && !list.isEmpty()
        && list.get(0) instanceof Map<?, ?> newest) {
      String from = String.valueOf(newest.get("queue"));
      return from.startsWith(ServerParts.DELAY)
          ? null
          : String.valueOf(newest.get("reason")).replace('_', '-');
    }
    return null;
  }

  /** The flag first: without it the headers may be a sender's, or stale. */
  static int redeliveries(Envelope envelope, AMQP.BasicProperties properties) {
    if (!envelope.isRedeliver()) {
      return 0;
    }
    Map<String, Object> headers =
        properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    return Math.max(
        1, Math.max(count(headers.get(DELIVERY_COUNT)), count(headers.get(ACQUIRED_COUNT))));
  }

  private static int count(@Nullable Object value) {
    return value instanceof Number number
        ? (int) Math.min(Integer.MAX_VALUE, number.longValue())
        : 0;
  }
}
