package dev.errand.guice;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.codec.PayloadCodec;
import dev.errand.config.Configuration;
import dev.errand.worker.WorkerBuilder;
import java.util.Objects;

/**
 * Binds what an application needs to enqueue jobs and to run them, as its configuration says. To
 * make the injector opens no connection and starts no thread, in whatever stage.
 *
 * <table>
 * <caption>What it binds</caption>
 * <tr><th>key</th><th>scope</th><th>what it is</th></tr>
 * <tr><td>{@link Broker}</td><td>singleton</td><td>opened at its first use, closed by {@link
 * Errand#close()}</td></tr>
 * <tr><td>{@link TaskClient}</td><td>singleton</td><td>enqueues through that broker</td></tr>
 * <tr><td>{@link WorkerBuilder}</td><td>none</td><td>the worker of that broker, with the handlers
 * of all task modules, the codec and the listeners, to be started</td></tr>
 * <tr><td>{@link Errand}</td><td>singleton</td><td>starts that worker and closes it all</td></tr>
 * </table>
 *
 * <p>An application may bind these besides:
 *
 * <ul>
 *   <li>handlers, by one or several {@link TaskModule}s
 *   <li>a {@link Broker} or a {@link PayloadCodec} of its own, by
 *       {@code OptionalBinder.newOptionalBinder(binder(), Broker.class).setBinding()}; it also
 *       closes such a broker
 *   <li>listeners, by {@code Multibinder.newSetBinder(binder(),
 *       WorkerListener.class).addBinding()}; they hear each event in the order of their bindings
 * </ul>
 *
 * <p>An injector has one of these; several are hidden in a {@code PrivateModule} each.
 */
public final class ErrandModule extends AbstractModule {
  private final Configured configured;

  /** Binds as this configuration says. */
  public ErrandModule(Configuration configuration) {
    StackTraceElement caller = StackWalker.getInstance()
        .walk(frames -> frames.skip(1).findFirst().orElseThrow().toStackTraceElement());
    configured = new Configured(Objects.requireNonNull(configuration), caller);
  }

  @Override
  protected void configure() {
    install(new Bindings());
    Multibinder.newSetBinder(binder(), Configured.class).addBinding().toInstance(configured);
  }
}
