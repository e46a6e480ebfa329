package dev.errand.guice;

import com.google.inject.Key;
import com.google.inject.Provider;
import dev.errand.Source;
import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.worker.WorkerBuilder;

/** Something that a task module says, and where. */
sealed interface Statement {
  /** What it is about. */
  Task<?> task();

  /** Where it is said. */
  Origin origin();

  /** The task needs a handler. */
  record Listed(Task<?> task, Origin origin) implements Statement {}

  /** The task has a handler, for jobs that cannot be. */
  record Refused(Task<?> task, IllegalArgumentException reason, Origin origin)
      implements Statement {}

  /** The jobs from this source have this handler. */
  record Handled<P>(
      Source<P> source,
      Key<? extends TaskHandler<? super P>> handler,
      Provider<? extends TaskHandler<? super P>> instances,
      Origin origin)
      implements Statement {
    @Override
    public Task<P> task() {
      return source.task();
    }

    String queue() {
      return source.queue().name();
    }

    /** Has the worker run it, each job by an instance that is asked for then. */
    void addTo(WorkerBuilder worker) {
      worker.handle(source, (payload, job) -> instances.get().handle(payload, job));
    }

    String described() {
      return handler.getTypeLiteral() + " in " + origin;
    }
  }
}
