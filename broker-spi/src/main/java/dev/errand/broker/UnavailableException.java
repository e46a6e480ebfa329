package dev.errand.broker;

import org.jspecify.annotations.Nullable;

/** The broker is not connected, refuses us, or is closed. */
public final class UnavailableException extends BrokerException {
  private static final long serialVersionUID = 1L;

  /**
   * With a message that says what is not available, since when or why, and what to do.
   *
   * @param cause null where nothing was thrown
   */
  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
