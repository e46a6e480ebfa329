package dev.errand.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Keeps a worker's events, and waits for them. */
final class Recorder implements WorkerListener {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final List<WorkerEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public void on(WorkerEvent event) {
    events.add(event);
  }

  <E extends WorkerEvent> List<E> all(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <E extends WorkerEvent> E await(Class<E> type) {
    return await(type, 1);
  }

  /** The n-th event of this kind, from 1. */
  <E extends WorkerEvent> E await(Class<E> type, int n) {
    try {
      Awaitility.await()
          .atMost(LONGEST)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> all(type).size() >= n);
    } catch (ConditionTimeoutException late) {
      throw new AssertionError(
          "No " + type.getSimpleName() + " number " + n + " within " + LONGEST + " among " + events,
          late);
    }
    return all(type).get(n - 1);
  }
}
