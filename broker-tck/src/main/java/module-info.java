/**
 * The contract of the broker SPI as test cases for any backend: extend {@code BrokerContract} and
 * implement a {@code BackendFixture}, which serves the contract of a worker too.
 */
module dev.errand.broker.tck {
  requires java.management;
  requires transitive dev.errand.broker;
  requires static transitive org.jspecify;
  requires org.assertj.core;
  requires transitive org.junit.jupiter.api;

  exports dev.errand.broker.tck;
  exports dev.errand.broker.tck.kit;

  // JUnit finds the cases, which are not public, by reflection.
  opens dev.errand.broker.tck;
}
