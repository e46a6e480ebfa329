package dev.errand.broker;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A queue, exchange or binding that is missing, different, forbidden, or more than the server can
 * do.
 */
public final class TopologyException extends BrokerException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** It does not exist. */
    MISSING,
    /** It exists with other arguments. */
    DIFFERENT,
    /** The server does not allow it to this user. */
    FORBIDDEN,
    /** The connected server cannot do it. */
    UNSUPPORTED
  }

  private final Reason reason;
  private final String part;

  /**
   * For a part of the topology.
   *
   * @param part its kind and name, such as {@code queue 'documents'}
   * @param detail what is wrong, of a difference {@code argument 'A' is wanted as W, found is F},
   *     and after a semicolon what to do about it, without a full stop
   * @param cause null where nothing was thrown
   */
  public TopologyException(Reason reason, String part, String detail, @Nullable Throwable cause) {
    super(
        "The " + part + " is " + reason.name().toLowerCase(Locale.ROOT) + ": " + detail + ".",
        cause);
    this.reason = reason;
    this.part = part;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Which part, such as {@code queue 'documents'}. */
  public String part() {
    return part;
  }
}
