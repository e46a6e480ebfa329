package dev.errand.retry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What was thrown, and why, as far as it says: an exception may compute its cause and fail to. */
public final class Causes {
  /** A chain of causes can be a ring; no honest one is longer. */
  private static final int LONGEST = 100;

  private Causes() {}

  /** The exception, then its cause, then that one's, at most 100. Unmodifiable. Never fails. */
  public static List<Throwable> of(Throwable error) {
    List<Throwable> chain = new ArrayList<>();
    @Nullable Throwable each = error;
    while (each != null && chain.size() < LONGEST) {
      chain.add(each);
      each = causeOf(each);
    }
    return List.copyOf(chain);
  }

  /** What a future failed with: one that depends on another wraps the failure of that. */
  public static Throwable unwrapped(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : null;
    return cause == null ? error : cause;
  }

  private static @Nullable Throwable causeOf(Throwable error) {
    try {
      return error.getCause();
    } catch (Throwable hostile) {
      return null;
    }
  }
}
