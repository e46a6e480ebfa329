package dev.errand.time;

import java.time.InstantSource;

/**
 * Where now, elapsed time and waiting come from. Wall time ({@link #instant()}, {@link #millis()})
 * stamps, monotonic time ({@link #nanoTime()}) measures, a {@link Scheduler} waits; no other code
 * asks the JVM for the time or sleeps. A broker is opened with one {@code Time} and hands it on, so
 * whatever is built on the broker runs on the same clock. Thread-safe.
 */
public interface Time extends InstantSource {
  /**
   * Nanoseconds of monotonic time since an arbitrary origin; only differences mean something. Never
   * blocks.
   */
  long nanoTime();

  /**
   * A new scheduler, owned and closed by the caller. Starts no thread before its first action, or
   * its {@link Scheduler#start()}.
   *
   * @param threadName the name of its thread, if it has one of its own
   */
  Scheduler scheduler(String threadName);

  /** The JVM's clocks. Each scheduler is one daemon thread. */
  static Time system() {
    return SystemTime.INSTANCE;
  }
}
