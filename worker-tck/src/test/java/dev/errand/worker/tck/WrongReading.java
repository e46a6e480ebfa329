package dev.errand.worker.tck;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.util.Set;

/** Ways to read a job wrong. */
final class WrongReading {
  private static final Set<String> COUNTS = Set.of(
      WireFormat.ATTEMPT,
      WireFormat.FORMAT,
      WireFormat.PAYLOAD_VERSION,
      WireFormat.RETURNS,
      WireFormat.CRASHES,
      WireFormat.INTERRUPTIONS,
      WireFormat.DEFERRALS);

  private WrongReading() {}

  /** Each payload is taken for one of the first version. */
  static Message withoutPayloadVersion(Message message) {
    return message.copy().header(WireFormat.PAYLOAD_VERSION, null).build();
  }

  /** A former name is none. */
  static Message withoutFormerNames(Message message) {
    return "former".equals(message.type()) ? message.copy().type(null).build() : message;
  }

  /** Who forges a count is not heard at all. */
  static Message withoutForgers(Message message) {
    boolean forged = COUNTS.stream()
        .anyMatch(count ->
            message.headers().containsKey(count) && WireFormat.count(message, count, -1) == -1);
    return forged ? message.copy().type(null).build() : message;
  }

  /** A job has waited since it was enqueued. */
  static Message waitingSinceItWasEnqueued(Message message) {
    Object enqueued = message.headers().get(WireFormat.ENQUEUED_AT);
    return message.headers().containsKey(WireFormat.WAITING_SINCE)
        ? message
        : message.copy().header(WireFormat.WAITING_SINCE, enqueued).build();
  }
}
