package dev.errand.guice;

import com.google.inject.Key;
import dev.errand.TaskHandler;
import java.util.function.Consumer;

/**
 * Ends the sentence that {@link TaskModule#handle(dev.errand.Task)} begins: says which handler
 * Guice builds. It is asked for one for each job: a new one, unless the class or its binding has a
 * scope. The instances of a scope are used by many threads at once.
 *
 * @param <P> the payload
 */
public final class HandlerBinder<P> {
  private final Consumer<Key<? extends TaskHandler<? super P>>> said;

  HandlerBinder(Consumer<Key<? extends TaskHandler<? super P>>> said) {
    this.said = said;
  }

  /** By this class. */
  public void with(Class<? extends TaskHandler<? super P>> handler) {
    with(Key.get(handler));
  }

  /** By what is bound to this key. */
  public void with(Key<? extends TaskHandler<? super P>> handler) {
    said.accept(handler);
  }
}
