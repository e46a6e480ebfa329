package dev.errand.worker;

import dev.errand.codec.PayloadCodec;
import java.time.Duration;
import java.util.Optional;

/**
 * How a worker works.
 *
 * @param killedAfter how long after its signal to end the process is killed; empty where not said
 */
record Settings(
    String name,
    int concurrency,
    Prefetch prefetch,
    Duration gracePeriod,
    Optional<Duration> killedAfter,
    Duration deployPeriod,
    boolean stopOnShutdown,
    ThreadKind threads,
    PayloadCodec codec,
    Duration silence) {
  /** How long a stop takes, unless the broker is slow to answer. */
  Duration longestStop() {
    return Shutdown.longest(gracePeriod);
  }

  /** Whether a stop ends by itself within this time, unless the broker is slow to answer. */
  boolean fitsInto(Duration killTime) {
    return longestStop().compareTo(killTime) <= 0;
  }
}
