package dev.errand.worker.tck;

import dev.errand.worker.WorkerEvent;
import dev.errand.worker.WorkerListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a worker told of itself in a case. */
final class Told implements WorkerListener {
  private final List<WorkerEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public void on(WorkerEvent event) {
    events.add(event);
  }

  /** Of this kind, in order. */
  <E extends WorkerEvent> List<E> all(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public String toString() {
    return "told " + events;
  }
}
