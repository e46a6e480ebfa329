package dev.errand;

import dev.errand.broker.PublishException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * That some jobs of a batch were not taken, or may not have been; the others are safe. The failures
 * tell each payload by its place in the batch, from 0, and the first is also the cause.
 */
public final class BatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<Receipt> receipts;
  private final TreeMap<Integer, RuntimeException> failures;

  BatchException(
      String task, List<Receipt> receipts, SortedMap<Integer, RuntimeException> failures) {
    super(text(task, receipts.size(), failures), first(failures));
    this.receipts = new ArrayList<>(receipts);
    this.failures = new TreeMap<>(failures);
  }

  private static String text(
      String task, int taken, SortedMap<Integer, RuntimeException> failures) {
    long unknown =
        failures.values().stream().filter(failure -> !isSafe(failure)).count();
    int all = taken + failures.size();
    return failures.size() + " of " + all + " jobs of task '" + task
        + "' were not enqueued; the other "
        + taken + " were. The first failure, of the payload at " + failures.firstKey() + ": "
        + first(failures).getMessage() + " Enqueue only the failed ones again; "
        + (unknown == 0
            ? "that is safe for each."
            : "for " + unknown + " of them it may make a duplicate.");
  }

  private static RuntimeException first(SortedMap<Integer, RuntimeException> failures) {
    return failures.values().iterator().next();
  }

  private static boolean isSafe(RuntimeException failure) {
    return !(failure instanceof PublishException refused) || refused.safeToRepeat();
  }

  /** The receipts of the jobs that were taken, in the order of their payloads. */
  public List<Receipt> receipts() {
    return List.copyOf(receipts);
  }

  /** What failed, by the payload's place in the batch, as {@link TaskClient#enqueue} throws it. */
  public Map<Integer, RuntimeException> failures() {
    return new TreeMap<>(failures);
  }

  /** Whether to enqueue every failed one again is certain to make no duplicate. */
  public boolean safeToRepeat() {
    return failures.values().stream().allMatch(BatchException::isSafe);
  }
}
