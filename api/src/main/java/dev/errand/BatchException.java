package dev.errand;

import static dev.errand.broker.PublishException.Reason.BEYOND_LIMIT;

import dev.errand.broker.PublishException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

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
    int unknown = count(failures, failure -> !isSafe(failure));
    int unsent = failures.size() - unknown;
    int unfit = count(failures, BatchException::failsAgain);
    return taken + " of " + (taken + failures.size()) + " jobs of task '" + task + "' " + was(taken)
        + " enqueued"
        + (unsent == 0 ? "" : ", " + unsent + " " + was(unsent) + " not")
        + (unknown == 0 ? "" : ", " + unknown + " may have been")
        + ". The first failure, of the payload at " + failures.firstKey() + ": "
        + sentence(first(failures))
        + (unfit == 0
            ? ""
            : " Of those not enqueued, " + unfit
                + " never left: to repeat them is harmless, but fails again until the cause is mended.")
        + " Enqueue again those that failures() names, and no other; "
        + (unknown == 0
            ? "that makes no duplicate."
            : "for " + unknown + " of them that may make a duplicate.");
  }

  private static String was(int count) {
    return count == 1 ? "was" : "were";
  }

  /** What a codec or a key function throws need not be written for people. */
  private static String sentence(RuntimeException failure) {
    String said = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    return said.endsWith(".") ? said : said + ".";
  }

  private static int count(
      SortedMap<Integer, RuntimeException> failures, Predicate<RuntimeException> meant) {
    return (int) failures.values().stream().filter(meant).count();
  }

  private static RuntimeException first(SortedMap<Integer, RuntimeException> failures) {
    return failures.values().iterator().next();
  }

  /**
   * Of a job that may be with the broker, only {@link PublishException} tells: any other is before.
   */
  private static boolean isSafe(RuntimeException failure) {
    return !(failure instanceof PublishException refused) || refused.safeToRepeat();
  }

  /** Whether this side refused it, as it would again. */
  private static boolean failsAgain(RuntimeException failure) {
    return !(failure instanceof PublishException refused) || refused.reason() == BEYOND_LIMIT;
  }

  /** The receipts of the jobs that were taken, in the order of their payloads. */
  public List<Receipt> receipts() {
    return List.copyOf(receipts);
  }

  /** What failed, by the payload's place in the batch, as {@link TaskClient#enqueue} throws it. */
  public Map<Integer, RuntimeException> failures() {
    return new TreeMap<>(failures);
  }

  /**
   * Whether to enqueue every failed one again is certain to make no duplicate: none is with the
   * broker. What was refused before it was sent (its payload cannot be written or is too large, its
   * queue cannot be declared) is harmless to repeat, and refused again until the cause is mended.
   */
  public boolean safeToRepeat() {
    return failures.values().stream().allMatch(BatchException::isSafe);
  }
}
