package dev.errand.worker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one worker's events to its log and its listener. What a listener throws ends here. */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final String worker;
  private final WorkerListener listener;

  Events(String worker, WorkerListener listener) {
    this.worker = worker;
    this.listener = listener;
  }

  String worker() {
    return worker;
  }

  void tell(WorkerEvent event) {
    try {
      listener.on(event);
    } catch (Throwable error) {
      // A listener is user code: it must not cost a job, a thread or a shutdown.
      LOG.warn("Worker '{}': a listener threw at {}; the work goes on.", worker, event, error);
    }
  }
}
