package dev.errand.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.codec.PayloadCodec;
import dev.errand.config.Configuration;
import dev.errand.time.Time;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerListener;
import java.util.Objects;
import java.util.Set;

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
 */
public final class ErrandModule extends AbstractModule {
  private final Configuration configuration;

  /** Binds as this configuration says. */
  public ErrandModule(Configuration configuration) {
    this.configuration = Objects.requireNonNull(configuration);
  }

  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), Broker.class).setDefault().to(LazyBroker.class);
    OptionalBinder.newOptionalBinder(binder(), PayloadCodec.class)
        .setDefault()
        .toInstance(PayloadCodec.json());
    Multibinder.newSetBinder(binder(), WorkerListener.class);
    Multibinder.newSetBinder(binder(), Statement.class);
    Provider<Set<Statement>> statements = getProvider(new Key<Set<Statement>>() {});
    // Eager, so that what does not fit together is found when the injector is made.
    bind(Handlers.class).toProvider(() -> Handlers.of(statements.get())).asEagerSingleton();
  }

  @Provides
  @Singleton
  LazyBroker broker() {
    return new LazyBroker(Time.system(), configuration::openBroker);
  }

  @Provides
  @Singleton
  TaskClient client(Broker broker, PayloadCodec codec) {
    return configuration.client(broker, codec);
  }

  @Provides
  WorkerBuilder worker(
      Broker broker, PayloadCodec codec, Handlers handlers, Set<WorkerListener> listeners) {
    WorkerBuilder worker = handlers.addTo(configuration.worker(broker).codec(codec));
    listeners.forEach(worker::listener);
    return worker;
  }

  @Provides
  @Singleton
  Errand errand(Provider<WorkerBuilder> workers, LazyBroker own) {
    return new Errand(
        workers::get, own, configuration.find(Configuration.STOP_ON_SHUTDOWN).orElse(false));
  }
}
