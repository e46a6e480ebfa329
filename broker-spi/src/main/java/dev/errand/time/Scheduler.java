package dev.errand.time;

import java.time.Duration;

/**
 * Runs short actions later. Actions of one scheduler run one at a time, in the order of their due
 * times, never early and never inside the call of {@link #after}; they must not block. There is no
 * cancel: an action that comes too late finds that it is not needed; hence never one action per
 * job, but one sweep over what runs. An exception thrown by an action reaches its thread's
 * {@linkplain Thread#getUncaughtExceptionHandler() handler} and stops no other action. Thread-safe.
 */
public interface Scheduler extends AutoCloseable {
  /**
   * Runs the action once, when the delay has passed; zero or less means as soon as possible. After
   * {@link #close()} it does nothing. Never blocks.
   */
  void after(Duration delay, Runnable action);

  /**
   * Starts the thread that it has of its own, if any, so that who has no further thread hears it
   * now and not at the first action. Throws what the JVM throws then; nobody has to call it.
   * Idempotent. Never blocks.
   */
  default void start() {}

  /**
   * Forgets every action not yet begun, and waits for the one that runs, unless called from it.
   * Idempotent.
   */
  @Override
  void close();
}
