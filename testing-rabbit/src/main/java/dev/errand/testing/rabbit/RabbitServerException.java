package dev.errand.testing.rabbit;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * There is no RabbitMQ for the tests, or it did not do what was asked. The message says what was
 * tried and what to do.
 */
public final class RabbitServerException extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  RabbitServerException(String message) {
    this(message, null);
  }

  RabbitServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
