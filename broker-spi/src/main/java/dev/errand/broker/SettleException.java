package dev.errand.broker;

/** A verb that had nothing to settle; nothing was harmed. */
public final class SettleException extends BrokerException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** A verb was called before. */
    SETTLED_BEFORE,
    /**
     * The connection it came on is lost, or the subscription closed; the message will be delivered
     * again.
     */
    GONE
  }

  private final Reason reason;

  /** For the delivery of this message from this queue. */
  public SettleException(Reason reason, String messageId, String queue) {
    super(
        "Message " + messageId + " from queue '" + queue + "' was not settled: " + text(reason),
        null);
    this.reason = reason;
  }

  private static String text(Reason reason) {
    return switch (reason) {
      case SETTLED_BEFORE -> "a verb was called before, and that one counts.";
      case GONE ->
        "its connection is lost or its subscription closed; the broker delivers the message again.";
    };
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
