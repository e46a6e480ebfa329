package dev.errand;

import dev.errand.retry.Causes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a handler decides about its job, by throwing it: {@link RetryLater}, {@link GiveUp} or
 * {@link Discard}. No policy is asked then. It counts also when something on its way wraps it, as a
 * proxy or a future does: of an exception and its causes, the first that is a verdict decides. It
 * bears no stack trace, as it is no error. A reason that is null, as the message of another
 * exception may be, is an empty one.
 */
public abstract sealed class Verdict extends RuntimeException permits Discard, GiveUp, RetryLater {
  private static final long serialVersionUID = 1L;

  private final String reason;

  Verdict(@Nullable String reason, @Nullable Throwable cause) {
    super(reason, cause, true, false);
    this.reason = reason == null ? "" : reason;
  }

  /** Why, in words; never null. */
  public final String reason() {
    return reason;
  }

  /** The verdict among an exception and its causes, the outermost; empty when there is none. */
  public static Optional<Verdict> in(Throwable error) {
    return Causes.of(error).stream()
        .filter(Verdict.class::isInstance)
        .map(Verdict.class::cast)
        .findFirst();
  }
}
