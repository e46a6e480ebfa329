package dev.errand.worker;

import dev.errand.Source;
import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Queue;
import java.util.LinkedHashSet;
import java.util.Set;

/** A task, where its jobs are taken from, and its handler. */
record Handled<P>(Source<P> source, TaskHandler<P> handler) {
  Task<P> task() {
    return source.task();
  }

  /** All that a job of the task may be called. */
  static Set<String> namesOf(Task<?> task) {
    Set<String> names = new LinkedHashSet<>(task.aliases());
    names.add(task.name());
    return names;
  }

  Queue queue() {
    return source.queue();
  }
}
