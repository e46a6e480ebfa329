package dev.errand.worker.decide;

import dev.errand.retry.Causes;

/**
 * A stack trace as text that fits into a header, whatever was thrown: an exception of the
 * application's own may compute what it is asked for, and fail to.
 */
public final class StackText {
  /** Of the whole text: enough for the frames that matter, far below any limit on headers. */
  public static final int LONGEST = 4096;

  /** Of a message, in characters. */
  public static final int LONGEST_MESSAGE = 1000;

  private static final int FRAMES_EACH = 20;
  private static final int LONGEST_FRAME = 300;

  private StackText() {}

  /** The throwable and its causes, the first frames of each. */
  public static String of(Throwable error) {
    StringBuilder text = new StringBuilder();
    for (Throwable each : Causes.of(error)) {
      if (text.length() < LONGEST) {
        text.append(text.isEmpty() ? "" : "Caused by: ").append(each.getClass().getName());
        text.append(": ").append(messageOf(each)).append('\n');
        appendFrames(text, framesOf(each));
      }
    }
    return cut(text.toString(), LONGEST);
  }

  private static StackTraceElement[] framesOf(Throwable error) {
    try {
      StackTraceElement[] frames = error.getStackTrace();
      return frames == null ? new StackTraceElement[0] : frames;
    } catch (Throwable hostile) {
      return new StackTraceElement[0];
    }
  }

  private static void appendFrames(StringBuilder text, StackTraceElement[] frames) {
    for (int i = 0; i < Math.min(frames.length, FRAMES_EACH); i++) {
      text.append("  at ").append(cut(String.valueOf(frames[i]), LONGEST_FRAME)).append('\n');
    }
    if (frames.length > FRAMES_EACH) {
      text.append("  ... ").append(frames.length - FRAMES_EACH).append(" more\n");
    }
  }

  /** What the throwable says, cut; empty where it says nothing. */
  public static String messageOf(Throwable error) {
    try {
      String message = error.getMessage();
      return message == null ? "" : cut(message, LONGEST_MESSAGE);
    } catch (Throwable hostile) {
      return "(its message cannot be had: " + hostile.getClass().getName() + ")";
    }
  }

  /** At most so many characters, and never half a surrogate pair. */
  public static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
    return text.substring(0, end) + "…";
  }
}
