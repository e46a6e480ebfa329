package dev.errand.guice;

import dev.errand.worker.WorkerEvent;
import dev.errand.worker.WorkerListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** All that a worker told. */
final class Events implements WorkerListener {
  private final List<WorkerEvent> heard = new CopyOnWriteArrayList<>();

  @Override
  public void on(WorkerEvent event) {
    heard.add(event);
  }

  <E extends WorkerEvent> List<E> all(Class<E> kind) {
    return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The first of a kind, once it is told. */
  <E extends WorkerEvent> E await(Class<E> kind) {
    Awaitility.await()
        .alias("no " + kind.getSimpleName() + " among " + heard)
        .until(() -> !all(kind).isEmpty());
    return all(kind).get(0);
  }
}
