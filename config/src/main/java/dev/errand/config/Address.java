package dev.errand.config;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.time.Time;

/**
 * What is opened, and the backend that was found for it: whoever opens it may see no backend, as
 * the context class loader of his thread is another.
 *
 * @param text the address with its parameters
 */
record Address(BrokerProvider backend, String text) {
  Broker open(Time time) {
    return backend.open(text, time);
  }

  /** Without the text, which may hold a password. */
  @Override
  public String toString() {
    return "Address" + backend.schemes();
  }
}
