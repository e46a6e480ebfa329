package dev.errand.worker;

import static dev.errand.worker.StackText.LONGEST_MESSAGE;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param reason a sentence for people
 * @param error what was thrown; null where nothing was
 */
record Failure(String reason, @Nullable Throwable error) {
  /** The reason with the class and message of what was thrown, no longer than a header's text. */
  String text() {
    return StackText.cut(error == null ? reason : reason + ": " + said(error), LONGEST_MESSAGE);
  }

  private static String said(Throwable error) {
    String message = StackText.messageOf(error);
    return error.getClass().getName() + (message.isEmpty() ? "" : ": " + message);
  }
}
