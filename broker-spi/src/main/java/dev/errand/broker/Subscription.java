package dev.errand.broker;

import java.util.concurrent.CompletableFuture;

/** A running consumer of one queue. Thread-safe. */
public interface Subscription extends AutoCloseable {
  /** What the broker has confirmed, not what we hope. */
  enum State {
    /**
     * Lost, cancelled by the server, or not yet begun; the backend is rebuilding it, and says why
     * in {@link Receiver#stateChanged}.
     */
    RECOVERING,
    /** The broker has confirmed this consumer on the present connection. */
    CONSUMING,
    /** By {@link #pause}. */
    PAUSED,
    /** Closed for good. */
    CLOSED;

    /** Whether a subscription may go there from here: to any other, but never back from CLOSED. */
    public boolean mayBecome(State next) {
      return this != CLOSED && next != this;
    }
  }

  /** The present state; never blocks. */
  State state();

  /**
   * Stops deliveries; what is unsettled stays so, and verbs work. The future completes when
   * {@code receive} neither runs nor begins any more. Idempotent; after close it is done at once.
   * It does not wait for itself when called inside {@code receive}, its future does.
   */
  CompletableFuture<Void> pause();

  /**
   * Goes on. The bound holds throughout: with u of n unsettled, n - u may come now, and more as
   * those u are settled. A place may stay closed for a while, but never more places than there are
   * of those u still unsettled. PAUSED until the first consumer is confirmed, which completes the
   * future. Idempotent; after close the future fails with {@link UnavailableException}.
   */
  CompletableFuture<Void> resume();

  /**
   * Ends it: no call of the receiver runs or begins after this. What is still unsettled is gone,
   * and counts as lost: settle or release first. The broker gives this consumer nothing that is
   * published after it returned. Blocks for a few round trips, at most 15 seconds; idempotent.
   */
  @Override
  void close();
}
