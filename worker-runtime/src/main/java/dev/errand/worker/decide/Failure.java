package dev.errand.worker.decide;

import static dev.errand.worker.decide.StackText.LONGEST_MESSAGE;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param reason a sentence for people
 * @param error what was thrown; null where nothing was
 */
public record Failure(String reason, @Nullable Throwable error) {
  /** The reason with the class and message of what was thrown, no longer than a header's text. */
  public String text() {
    return StackText.cut(error == null ? reason : reason + ": " + said(error), LONGEST_MESSAGE);
  }

  private static String said(Throwable error) {
    String message = StackText.messageOf(error);
    return error.getClass().getName() + (message.isEmpty() ? "" : ": " + message);
  }
}
