package dev.errand.broker.inmemory;

import dev.errand.broker.inmemory.fixture.InMemoryFixture;
import dev.errand.broker.tck.BrokerContract;
import dev.errand.broker.tck.kit.BackendFixture;
import java.util.function.UnaryOperator;

final class InMemoryBrokerContractTest extends BrokerContract {
  @Override
  protected BackendFixture openFixture() {
    return new InMemoryFixture(UnaryOperator.identity());
  }
}
