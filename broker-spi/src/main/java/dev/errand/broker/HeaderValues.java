package dev.errand.broker;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a header may be called and hold, and how many bytes it has. */
final class HeaderValues {
  private static final String ALLOWED =
      "String, Integer, Long, Double, Boolean, Instant, byte[] or a List of these";

  /** By which RabbitMQ routes a message to further queues, whatever exchange it goes through. */
  private static final Set<String> CARBON_COPIES = Set.of("CC", "BCC");

  private HeaderValues() {}

  /** An unmodifiable copy, in the given order, each name and value checked. */
  static Map<String, Object> copyOf(Map<String, Object> headers) {
    if (headers.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> copy = new LinkedHashMap<>(headers.size() * 2);
    headers.forEach((name, value) -> copy.put(checkedName(name), checked(name, value)));
    return Collections.unmodifiableMap(copy);
  }

  static String checkedName(String name) {
    if (name.isEmpty()) {
      throw refusedName(name, "it is empty");
    } else if (CARBON_COPIES.contains(name)) {
      throw refusedName(name, "to RabbitMQ it names further queues, which routing decides");
    } else if (isBrokersOwn(name)) {
      throw refusedName(name, "names that begin with 'x-' belong to brokers");
    }
    return name;
  }

  private static IllegalArgumentException refusedName(String name, String why) {
    return new IllegalArgumentException(
        "Header name '" + name + "' is refused: " + why + ". Choose another name.");
  }

  static boolean isBrokersOwn(String name) {
    return name.startsWith("x-") || CARBON_COPIES.contains(name);
  }

  static Object checked(String name, @Nullable Object value) {
    if (value instanceof String
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean
        || value instanceof byte[]) {
      return value;
    }
    if (value instanceof Double number) {
      // RabbitMQ ends the connection of who sends it another one.
      return finite(name, number);
    }
    if (value instanceof Instant instant) {
      return instant.truncatedTo(ChronoUnit.SECONDS);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(element -> checked(name, element)).toList();
    }
    throw new IllegalArgumentException("The value of header '" + name + "' is refused: it is "
        + (value == null ? "null" : "a " + value.getClass().getName()) + ". Give a " + ALLOWED
        + ".");
  }

  private static Double finite(String name, Double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("The value of header '" + name + "' is refused: it is "
          + number + ". Give a finite number, or a text.");
    }
    return number;
  }

  /**
   * The bytes of names and values as AMQP 0-9-1 writes them: a name has a length octet, a value a
   * type octet.
   */
  static long bytes(Map<String, Object> headers) {
    long bytes = 0;
    for (Map.Entry<String, Object> header : headers.entrySet()) {
      bytes += 1 + Utf8.length(header.getKey()) + bytes(header.getValue());
    }
    return bytes;
  }

  private static long bytes(Object value) {
    if (value instanceof String text) {
      return 5L + Utf8.length(text);
    }
    if (value instanceof byte[] octets) {
      return 5L + octets.length;
    }
    if (value instanceof List<?> list) {
      return 5L + list.stream().mapToLong(HeaderValues::bytes).sum();
    }
    return value instanceof Integer ? 5 : value instanceof Boolean ? 2 : 9;
  }
}
