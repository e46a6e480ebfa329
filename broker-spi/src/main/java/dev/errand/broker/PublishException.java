package dev.errand.broker;

import dev.errand.time.DurationText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A message that the broker did not take, or may not have taken. */
public final class PublishException extends BrokerException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** No queue, or no binding that matches. */
    UNROUTABLE,
    /** The broker refused it, and no queue has it: full, forbidden, or not available. */
    REJECTED,
    /**
     * One of the queues behind an exchange refused it, as a full one does, and others may have it.
     * A broker that puts a message into all of them or none says {@link #REJECTED} instead.
     */
    PARTLY_REJECTED,
    /**
     * Beyond a limit of {@link Capabilities}, refused here, and nothing was sent; or one of the
     * server's own, which did not take the message as it is.
     */
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
   * For this publication. The text says what happened, to which message, whether to repeat is safe,
   * and the remedy, in this order.
   *
   * @param what a sentence that says what happened, with the values, without a full stop
   * @param remedy a sentence that says what to do about it, without a full stop
   * @param cause null where nothing was thrown
   */
  public PublishException(
      Reason reason,
      Publication publication,
      String what,
      String remedy,
      @Nullable Throwable cause) {
    super(text(reason, publication, what, remedy), cause);
    this.reason = reason;
    this.messageId = publication.message().id();
    this.route = publication.route();
  }

  private PublishException(PublishException other) {
    super("" + other.getMessage(), other.getCause());
    this.reason = other.reason;
    this.messageId = other.messageId;
    this.route = other.route;
  }

  /** That no queue took it, though the broker has where it went. */
  public static PublishException unroutable(Publication publication) {
    if (publication.route() instanceof Route.ToExchange through) {
      String by = through.key().isEmpty() ? "the message" : "key '" + through.key() + "'";
      return new PublishException(
          Reason.UNROUTABLE,
          publication,
          "No binding of exchange '" + through.exchange() + "' matches " + by,
          "Bind a queue that takes it, as its worker does at its first start",
          null);
    }
    return new PublishException(
        Reason.UNROUTABLE,
        publication,
        "There is no " + publication.route(),
        "Declare the queue, and publish it again then",
        null);
  }

  /** That the broker did not say within the publish time-out whether it has it. */
  public static PublishException unanswered(Publication publication, Duration timeout) {
    return new PublishException(
        Reason.OUTCOME_UNKNOWN,
        publication,
        "The broker did not answer within " + DurationText.of(timeout),
        "See to the broker, and publish it again where its handler may run twice",
        null);
  }

  /** That the broker held publishers up for the whole publish time-out. */
  public static PublishException blocked(Publication publication, Duration timeout) {
    return new PublishException(
        Reason.UNAVAILABLE,
        publication,
        "The broker has blocked publishing for " + DurationText.of(timeout),
        "Free its memory or its disk",
        null);
  }

  /** That a message has a priority which is none of the levels that there are. */
  public static PublishException beyondLevels(Publication publication, int levels) {
    return new PublishException(
        Reason.BEYOND_LIMIT,
        publication,
        "Priority " + publication.message().priority() + " is none of the levels 0 to "
            + (levels - 1),
        "Give one of these, or declare the queue with more levels",
        null);
  }

  private static String text(Reason reason, Publication publication, String what, String remedy) {
    Message message = publication.message();
    String type = message.type() == null ? "" : " (" + message.type() + ")";
    return what + ". Message " + message.id() + type + " to " + publication.route() + " "
        + consequence(reason) + " " + remedy + ".";
  }

  private static String consequence(Reason reason) {
    return switch (reason) {
      case PARTLY_REJECTED ->
        "may be in other queues. To publish it again may make duplicates there.";
      case OUTCOME_UNKNOWN -> "may have been published. To publish it again may make a duplicate.";
      case BEYOND_LIMIT ->
        "was not published. It fails again until the message or the limit is changed.";
      case UNROUTABLE, REJECTED, UNAVAILABLE -> "was not published. To publish it again is safe.";
    };
  }

  /**
   * The same with the stack of the caller: for who waited for this answer, which was made on a
   * thread that knows nothing of them.
   */
  public PublishException here() {
    return new PublishException(this);
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
    return reason != Reason.OUTCOME_UNKNOWN && reason != Reason.PARTLY_REJECTED;
  }
}
