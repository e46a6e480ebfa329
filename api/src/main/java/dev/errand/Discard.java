package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler: the job is not worth doing any more. It is acknowledged, and the worker's
 * event says why; nothing of it is kept.
 */
public final class Discard extends Verdict {
  private static final long serialVersionUID = 1L;

  /**
   * Discards the job.
   *
   * @param reason why, as the worker's event has it
   */
  public Discard(@Nullable String reason) {
    super(reason, null);
  }
}
