package dev.errand.codec;

/**
 * A payload that cannot be written, or bytes that are no payload. Its message names class, place
 * and kind of the fault and never shows the content, as it ends in logs and dead letters; for the
 * same reason it has no cause.
 */
public final class PayloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what cannot be done and what to do, without the content. */
  public PayloadException(String message) {
    super(message);
  }
}
