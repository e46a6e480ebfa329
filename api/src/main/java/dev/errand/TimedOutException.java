package dev.errand;

import dev.errand.time.DurationText;
import java.time.Duration;

/**
 * What an attempt failed with whose handler ran beyond its task's time-out. Its stack trace is the
 * handler's: where it was when it was interrupted. A policy may give up on it as on any other.
 */
public final class TimedOutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String task;
  private final Duration timeout;

  /**
   * Made by the worker.
   *
   * @param task the task's name
   * @param stack of the handler's thread, from its innermost call
   */
  public TimedOutException(String task, Duration timeout, StackTraceElement[] stack) {
    super("Task '" + task + "' ran longer than its time-out of " + DurationText.of(timeout)
        + " and was interrupted. Give it a longer one by Task.timeout, or see at the stack where its"
        + " handler was, and bound that.");
    this.task = task;
    this.timeout = timeout;
    setStackTrace(stack);
  }

  /** The task's name. */
  public String task() {
    return task;
  }

  /** How long it might have run. */
  public Duration timeout() {
    return timeout;
  }
}
