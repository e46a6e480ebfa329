package dev.errand.examples.guides;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.errand.worker.WorkerEvent;
import dev.errand.worker.WorkerListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

// @start region="signals"
/** Hears what a worker does, and lets a test wait for the next event of a kind. */
final class Signals implements WorkerListener {
  private static final int LONGEST_SECONDS = 20;

  private final BlockingQueue<WorkerEvent> events = new LinkedBlockingQueue<>();
  private final List<WorkerEvent> heard = new ArrayList<>();

  @Override
  public void on(WorkerEvent event) {
    events.add(event);
  }

  /** Whether an event of this kind was told, and is not taken yet. */
  boolean has(Class<? extends WorkerEvent> kind) {
    return events.stream().anyMatch(kind::isInstance);
  }

  /** Takes events up to the first of this kind; by the test's thread alone. */
  <E extends WorkerEvent> E await(Class<E> kind) throws InterruptedException {
    while (true) {
      WorkerEvent next = events.poll(LONGEST_SECONDS, SECONDS);
      if (next == null) {
        throw new AssertionError(
            "No " + kind.getSimpleName() + " within " + LONGEST_SECONDS + " s after " + heard);
      }
      heard.add(next);
      if (kind.isInstance(next)) {
        return kind.cast(next);
      }
    }
  }
}
// @end
