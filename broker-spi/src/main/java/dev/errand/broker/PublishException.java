package dev.errand.broker;

import org.jspecify.annotations.Nullable;

/** A message that the broker did not take, or may not have taken. */
public final class PublishException extends BrokerException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** No queue, or no binding that matches. */
    UNROUTABLE,
    /** The broker refused it: full, forbidden, or ill. */
    REJECTED,
    /** Beyond a limit of {@link Capabilities}: refused here, nothing was sent. */
    BEYOND_LIMIT,
    /** Not connected, blocked, or no room in time: nothing was sent. */
    UNAVAILABLE,
    /** The bytes left and no answer came: it may be there. */
    OUTCOME_UNKNOWN
  }

  private final Reason reason;
  private final String messageId;
  private final Route route;

  /**
   * For this publication; the message's text says the values, what follows and whether to repeat is
   * safe.
   *
   * @param detail what happened and what to do about it, without a full stop
   * @param cause null where nothing was thrown
   */
  public PublishException(
      Reason reason, Publication publication, String detail, @Nullable Throwable cause) {
    super(text(reason, publication, detail), cause);
    this.reason = reason;
    this.messageId = publication.message().id();
    this.route = publication.route();
  }

  private static String text(Reason reason, Publication publication, String detail) {
    return "Message " + publication.message().id() + " to " + publication.route()
        + (reason == Reason.OUTCOME_UNKNOWN ? " may have been published: " : " was not published: ")
        + detail + ". " + advice(reason);
  }

  private static String advice(Reason reason) {
    return switch (reason) {
      case OUTCOME_UNKNOWN -> "To publish it again may make a duplicate.";
      case BEYOND_LIMIT ->
        "Nothing was sent; it fails again until the message or the limit is changed.";
      case UNROUTABLE, REJECTED, UNAVAILABLE -> "To publish it again is safe.";
    };
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Which message. */
  public String messageId() {
    return messageId;
  }

  /** Where it was to go. */
  public Route route() {
    return route;
  }

  /**
   * Whether it is certain that no copy is on the broker, so that to publish again makes no
   * duplicate.
   */
  public boolean safeToRepeat() {
    return reason != Reason.OUTCOME_UNKNOWN;
  }
}
