package dev.errand.worker;

import dev.errand.Source;
import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Queue;

/** A task, where its jobs are taken from, and its handler. */
record Handled<P>(Source<P> source, TaskHandler<P> handler) {
  Task<P> task() {
    return source.task();
  }

  Queue queue() {
    return source.queue();
  }
}
