/**
 * The reference broker, in memory, for local development and for tests. Found by its addresses,
 * {@code memory:…}.
 */
module dev.errand.broker.inmemory {
  requires transitive dev.errand.broker;
  requires static org.jspecify;

  exports dev.errand.broker.inmemory;

  provides dev.errand.broker.BrokerProvider with
      dev.errand.broker.inmemory.InMemoryBrokerProvider;
}
