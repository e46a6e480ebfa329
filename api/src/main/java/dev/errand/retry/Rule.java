package dev.errand.retry;

/**
 * Which policy decides about one kind of exception. Immutable.
 *
 * @param type it, or one below it
 */
record Rule(Class<? extends Throwable> type, RetryPolicy policy) {
  /** Whether this one leaves nothing to the other, which comes after it. */
  boolean covers(Rule later) {
    return type.isAssignableFrom(later.type);
  }
}
