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
import java.util.Set;

/**
 * What every {@link ErrandModule} binds. All are equal and Guice takes one of them, so that several
 * modules are told as such by a {@link Review}, and not binding by binding.
 */
final class Bindings extends AbstractModule {
  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), Broker.class).setDefault().to(LazyBroker.class);
    OptionalBinder.newOptionalBinder(binder(), PayloadCodec.class)
        .setDefault()
        .toInstance(PayloadCodec.json());
    Multibinder.newSetBinder(binder(), WorkerListener.class);
    Multibinder.newSetBinder(binder(), Statement.class);
    Provider<Set<Configured>> configured = getProvider(new Key<Set<Configured>>() {});
    Provider<Set<Statement>> statements = getProvider(new Key<Set<Statement>>() {});
    // Eager, so that what does not fit together is found when the injector is made.
    bind(Handlers.class)
        .toProvider(() -> Handlers.of(configured.get(), statements.get()))
        .asEagerSingleton();
  }

  /** Of several the first, until {@link Handlers} are asked for, which refuse them. */
  private static Configuration only(Set<Configured> all) {
    return all.iterator().next().configuration();
  }

  @Provides
  @Singleton
  LazyBroker broker(Set<Configured> configured) {
    return new LazyBroker(Time.system(), only(configured)::openBroker);
  }

  @Provides
  @Singleton
  TaskClient client(Set<Configured> configured, Broker broker, PayloadCodec codec) {
    return only(configured).client(broker, codec);
  }

  @Provides
  WorkerBuilder worker(
      Set<Configured> configured,
      Broker broker,
      PayloadCodec codec,
      Handlers handlers,
      Set<WorkerListener> listeners) {
    WorkerBuilder worker = handlers.addTo(only(configured).worker(broker).codec(codec));
    listeners.forEach(worker::listener);
    return worker;
  }

  @Provides
  @Singleton
  Errand errand(Set<Configured> configured, Provider<WorkerBuilder> workers, LazyBroker own) {
    return new Errand(
        workers::get, own, only(configured).find(Configuration.STOP_ON_SHUTDOWN).orElse(false));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bindings;
  }

  @Override
  public int hashCode() {
    return Bindings.class.hashCode();
  }
}
