package dev.errand.worker;

/**
 * Hears what a worker does. Called by several threads at once, job events on the thread that ran
 * the job; must not block. What it throws is logged and changes nothing.
 */
@FunctionalInterface
public interface WorkerListener {
  /** Takes an event; each is told once. */
  void on(WorkerEvent event);

  /** This listener, and after it another. */
  default WorkerListener and(WorkerListener next) {
    return event -> {
      try {
        on(event);
      } finally {
        next.on(event);
      }
    };
  }
}
