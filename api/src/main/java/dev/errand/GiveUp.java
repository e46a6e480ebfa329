package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler: no attempt will do. The job goes to its queue's dead letters at once, with
 * this reason and, where there is a cause, with that as its exception.
 */
public final class GiveUp extends Verdict {
  private static final long serialVersionUID = 1L;

  /**
   * Gives the job up.
   *
   * @param reason why, as the dead letter has it
   */
  public GiveUp(@Nullable String reason) {
    super(reason, null);
  }

  /**
   * Gives the job up for an exception.
   *
   * @param reason why, as the dead letter has it
   * @param cause what it was; its class, message and stack are in the dead letter
   */
  public GiveUp(@Nullable String reason, Throwable cause) {
    super(reason, cause);
  }
}
