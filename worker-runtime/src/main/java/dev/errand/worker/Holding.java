package dev.errand.worker;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** How long the server lets this worker hold a job, known once they are connected. */
final class Holding {
  /*
   * Called by the broker's threads and by the sweep. The first subscription that is consumed asks the server, once; until then nothing is
   * in hand.
   */
  private final Broker broker;
  private final int concurrency;
  private final int prefetch;
  private final List<Task<?>> tasks;
  private final Herald herald;
  private final Ticker ticker;
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile @Nullable Duration consumerTimeout;

  /**
   * Of a worker.
   *
   * @param prefetch how many jobs it may have in hand, over all its queues
   */
  Holding(
      Broker broker,
      int concurrency,
      int prefetch,
      List<Task<?>> tasks,
      Herald herald,
      Ticker ticker) {
    this.broker = broker;
    this.concurrency = concurrency;
    this.prefetch = prefetch;
    this.tasks = tasks;
    this.herald = herald;
    this.ticker = ticker;
  }

  /** Nanoseconds of monotonic time. */
  long now() {
    return broker.time().nanoTime();
  }

  /** The server is there: asks it, and tells which time-outs do not fit. Idempotent. */
  void connected() {
    if (asked.compareAndSet(false, true)) {
      Duration found = ask();
      consumerTimeout = found;
      if (found != null) {
        tasks.forEach(task -> check(task, found));
      }
    }
  }

  private @Nullable Duration ask() {
    try {
      return broker.capabilities().consumerTimeout().orElse(null);
    } catch (UnavailableException closed) {
      // Then it delivers nothing any more.
      return null;
    } catch (RuntimeException | Error fault) {
      herald.tell(new WorkerEvent.Fault(
          herald.worker(),
          "The broker cannot say how long a job may be in hand; none is given back for that.",
          fault));
      return null;
    }
  }

  /** A job waits for those before it in hand, at worst, and then runs itself. */
  private void check(Task<?> task, Duration limit) {
    Duration timeout = task.timeout().orElse(Duration.ZERO);
    Duration waits = timeout.multipliedBy(prefetch).dividedBy(concurrency);
    Duration held = timeout.plus(waits);
    if (held.compareTo(limit) >= 0) {
      herald.tell(new WorkerEvent.HeldTooLong(
          herald.worker(), task.name(), timeout, prefetch, concurrency, held, limit));
    }
  }

  /** A delivery may wait in hand from now on. */
  void waits() {
    if (consumerTimeout != null) {
      ticker.wake();
    }
  }

  /** From when on a job without a time-out runs for long: half of what the server allows. */
  Duration longRun() {
    return longestWait().orElse(WorkerEvent.LONG_RUN);
  }

  /** How long a delivery may wait before it begins; empty where for ever. */
  Optional<Duration> longestWait() {
    return Optional.ofNullable(consumerTimeout).map(limit -> limit.dividedBy(2));
  }
}
