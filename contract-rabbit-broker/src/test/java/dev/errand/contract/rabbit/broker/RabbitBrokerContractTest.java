package dev.errand.contract.rabbit.broker;

import dev.errand.broker.rabbit.fixture.ContractNode;
import dev.errand.broker.tck.BrokerContract;
import dev.errand.broker.tck.kit.BackendFixture;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of a broker, on RabbitMQ. */
final class RabbitBrokerContractTest extends BrokerContract {
  @RegisterExtension
  static final ContractNode NODE = new ContractNode();

  @Override
  protected BackendFixture openFixture() {
    return NODE.openFixture();
  }
}
