package dev.errand.worker;

import dev.errand.TaskContext;
import dev.errand.broker.Delivery;
import dev.errand.retry.RetryPolicy;

/**
 * A delivery whose job is known, with what is to be done.
 *
 * @param policy of its task; none where no handler runs
 */
record Bound(Taken taken, Job job, Counters counters, RetryPolicy policy, Work work) {
  Delivery delivery() {
    return taken.delivery();
  }

  /** Runs the handler, or says why none runs. */
  @FunctionalInterface
  interface Work {
    Outcome run(TaskContext context) throws Exception;
  }
}
