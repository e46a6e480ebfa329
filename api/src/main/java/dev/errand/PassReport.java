package dev.errand;

import dev.errand.broker.PublishException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a redrive or a discard did, in one pass over the dead letters of a queue.
 *
 * @param queue the queue that they came from
 * @param taken how many were sent back, or deleted
 * @param left how many were looked at and not chosen
 * @param refused what the broker said of those that it did not take; each names its message, which
 *     stays
 * @param cutShort why the pass ended before it had looked at all, for people; null where it had, or
 *     took as many as it was to
 */
public record PassReport(
    String queue,
    long taken,
    long left,
    List<PublishException> refused,
    @Nullable String cutShort) {
  /** Copies the list. */
  public PassReport {
    Objects.requireNonNull(queue);
    refused = List.copyOf(refused);
  }

  /** Whether nothing kept it from doing all it was told. */
  public boolean complete() {
    return cutShort == null && refused.isEmpty();
  }

  /** One line or more for people; each refusal on its own. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("dead letters of queue '" + queue + "': " + taken
        + " taken, " + left + " left, " + refused.size() + " refused");
    if (cutShort != null) {
      text.append("; cut short: ").append(cutShort);
    }
    refused.forEach(each -> text.append("\n  ").append(each.getMessage()));
    return text.toString();
  }
}
