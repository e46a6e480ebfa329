package dev.errand.benchmarks.hostile;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message as a foreign program may send it. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Foreign(
    String id,
    byte[] body,
    @Nullable String type,
    @Nullable String contentType,
    int priority,
    Map<String, Object> headers) {
  /** Without headers, as JSON, of no priority. */
  static Foreign of(String id, byte[] body, @Nullable String type) {
    return new Foreign(id, body, type, "application/json", 0, Map.of());
  }

  Foreign with(Map<String, Object> other) {
    return new Foreign(id, body, type, contentType, priority, other);
  }

  Foreign contentType(String other) {
    return new Foreign(id, body, type, other, priority, headers);
  }

  Foreign priority(int other) {
    return new Foreign(id, body, type, contentType, other, headers);
  }
}
