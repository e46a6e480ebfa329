package dev.errand.broker;

import org.jspecify.annotations.Nullable;

/** Something that a broker did not do. The subclasses say what. */
public abstract sealed class BrokerException extends RuntimeException
    permits PublishException, SettleException, TopologyException, UnavailableException {
  private static final long serialVersionUID = 1L;

  BrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
