package dev.errand.worker;

import java.util.Objects;

/**
 * Hears what a worker does. Called by several threads at once: job events on the thread that ran
 * the job, so that of two attempts of one job on two threads the later may be told first; those of
 * a job that was taken from its thread, or given back, and all else on one thread for events. Must
 * not block. What it throws is logged and changes nothing.
 */
@FunctionalInterface
public interface WorkerListener {
  /** Takes an event; each is told once. */
  void on(WorkerEvent event);

  /**
   * This listener, and after it another: each event is told to both, in this order and on the same
   * thread, whatever this one throws. What either throws is thrown then, the second's as suppressed
   * by the first's. Changes neither of the two.
   */
  @SuppressWarnings("ReferenceEquality") // An exception refuses to suppress itself, and no other.
  default WorkerListener and(WorkerListener next) {
    Objects.requireNonNull(next, "The next listener is null. Leave it out.");
    return event -> {
      try {
        on(event);
      } catch (Throwable first) {
        try {
          next.on(event);
        } catch (Throwable second) {
          if (second != first) {
            first.addSuppressed(second);
          }
        }
        throw first;
      }
      next.on(event);
    };
  }
}
