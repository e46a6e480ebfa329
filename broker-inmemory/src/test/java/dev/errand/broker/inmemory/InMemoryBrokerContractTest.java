package dev.errand.broker.inmemory;

import dev.errand.broker.tck.BrokerContract;
import dev.errand.broker.tck.BrokerFixture;
import java.util.function.UnaryOperator;

final class InMemoryBrokerContractTest extends BrokerContract {
  @Override
  protected BrokerFixture openFixture() {
    return new InMemoryFixture(UnaryOperator.identity());
  }
}
