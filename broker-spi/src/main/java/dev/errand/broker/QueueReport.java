package dev.errand.broker;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a queue held at one moment.
 *
 * @param queue its name
 * @param ready messages that wait
 * @param unsettled messages in consumers' hands; empty where the broker does not tell
 * @param consumers how many consume it; empty where the broker does not tell
 * @param head messages from the front, in order
 */
public record QueueReport(
    String queue, long ready, OptionalLong unsettled, OptionalLong consumers, List<Message> head) {
  /** Copies the head. */
  public QueueReport {
    Objects.requireNonNull(queue);
    Objects.requireNonNull(unsettled);
    Objects.requireNonNull(consumers);
    head = List.copyOf(head);
  }
}
