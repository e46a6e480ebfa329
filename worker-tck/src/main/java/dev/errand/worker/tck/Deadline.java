package dev.errand.worker.tck;

/**
 * What a case waited for did not come in time. Apart from other failures, so that who breaks a
 * worker on purpose sees whether a case says what is wrong, or only gave up.
 */
final class Deadline extends AssertionError {
  private static final long serialVersionUID = 1L;

  Deadline(String message) {
    super(message);
  }
}
