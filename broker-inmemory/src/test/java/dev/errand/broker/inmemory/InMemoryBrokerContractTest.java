package dev.errand.broker.inmemory;

import dev.errand.broker.tck.BrokerContract;
import dev.errand.broker.tck.BrokerFixture;

final class InMemoryBrokerContractTest extends BrokerContract {
  @Override
  protected BrokerFixture openFixture() {
    return new InMemoryFixture();
  }
}
