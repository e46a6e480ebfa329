package dev.errand.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.errand.broker.Broker;
import dev.errand.worker.WorkerListener;

/** What an application adds to the modules. */
final class Additions {
  private Additions() {}

  /** This broker in place of the one of the configuration. */
  static Module using(Broker broker) {
    return new AbstractModule() {
      @Override
      protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), Broker.class).setBinding().toInstance(broker);
      }
    };
  }

  /** This listener besides. */
  static Module hearing(WorkerListener listener) {
    return new AbstractModule() {
      @Override
      protected void configure() {
        Multibinder.newSetBinder(binder(), WorkerListener.class).addBinding().toInstance(listener);
      }
    };
  }
}
