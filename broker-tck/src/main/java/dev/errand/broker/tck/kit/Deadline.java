package dev.errand.broker.tck.kit;

/**
 * What a case waited for did not come in time. Apart from other failures, so that who breaks a
 * backend on purpose sees whether a case says what is wrong, or only gave up.
 */
public final class Deadline extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** With what was waited for, and what was seen. */
  public Deadline(String message) {
    super(message);
  }
}
