package dev.errand.guice;

import dev.errand.broker.inmemory.fixture.InMemoryFixture;
import dev.errand.broker.tck.BrokerContract;
import dev.errand.broker.tck.kit.BackendFixture;

/** What is put before a broker changes nothing of it. */
final class LazyBrokerContractTest extends BrokerContract {
  @Override
  protected BackendFixture openFixture() {
    return new InMemoryFixture(broker -> new LazyBroker(broker.time(), time -> broker));
  }
}
