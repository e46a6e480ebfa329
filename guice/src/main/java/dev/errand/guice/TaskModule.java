package dev.errand.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.multibindings.Multibinder;
import dev.errand.Source;
import dev.errand.Task;
import dev.errand.TaskHandler;

/**
 * Says which tasks an application runs, and by which handlers. It is installed beside
 * {@link ErrandModule}, and there may be several; what all of them say is looked at together when
 * the injector is made. That fails for each of these, all named at once, with the modules that say
 * so:
 *
 * <ul>
 *   <li>a task without a handler
 *   <li>two handlers for the jobs that a task has in one queue
 *   <li>two tasks of one name
 *   <li>whatever else a worker refuses to handle, such as a source without a binding
 * </ul>
 *
 * <p>A handler that Guice cannot build makes it fail too, with Guice's own error.
 */
public abstract class TaskModule extends AbstractModule {
  /** For subclasses. */
  protected TaskModule() {}

  /** Has the tasks configured. */
  @Override
  protected final void configure() {
    configureTasks();
  }

  /** Lists the tasks and binds their handlers, and what else these need. */
  protected abstract void configureTasks();

  /** Lists tasks: each needs a handler, from this module or another. */
  protected final void tasks(Task<?>... listed) {
    Origin here = Origin.of(this);
    for (Task<?> task : listed) {
      add(new Statement.Listed(task, here));
    }
  }

  /** Lists a task and binds the handler of the jobs in its home queue. */
  protected final <P> HandlerBinder<P> handle(Task<P> task) {
    Origin here = Origin.of(this);
    add(new Statement.Listed(task, here));
    return new HandlerBinder<>(handler -> {
      try {
        add(handled(task.fromHome(), handler, here));
      } catch (IllegalArgumentException homeless) {
        add(new Statement.Refused(task, homeless, here));
      }
    });
  }

  /** Lists a task and binds the handler of the jobs that are taken from this source. */
  protected final <P> HandlerBinder<P> handle(Source<P> source) {
    Origin here = Origin.of(this);
    add(new Statement.Listed(source.task(), here));
    return new HandlerBinder<>(handler -> add(handled(source, handler, here)));
  }

  private <P> Statement handled(
      Source<P> source, Key<? extends TaskHandler<? super P>> handler, Origin here) {
    // Asked for now, so that a handler that cannot be built is found when the injector is made.
    Provider<? extends TaskHandler<? super P>> instances = callersBinder().getProvider(handler);
    return new Statement.Handled<>(source, handler, instances, here);
  }

  private void add(Statement statement) {
    Multibinder.newSetBinder(callersBinder(), Statement.class).addBinding().toInstance(statement);
  }

  /** Names the subclass in Guice's errors, and not us. */
  private Binder callersBinder() {
    return binder().skipSources(TaskModule.class, HandlerBinder.class);
  }
}
