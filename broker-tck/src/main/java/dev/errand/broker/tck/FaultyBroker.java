package dev.errand.broker.tck;

/** To come. */
final class FaultyBroker {
  private FaultyBroker() {}
}
