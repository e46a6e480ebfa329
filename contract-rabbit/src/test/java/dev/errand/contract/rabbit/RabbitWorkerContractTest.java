package dev.errand.contract.rabbit;

import dev.errand.broker.rabbit.fixture.ContractNode;
import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.worker.tck.WorkerContract;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of a worker, on RabbitMQ. */
final class RabbitWorkerContractTest extends WorkerContract {
  @RegisterExtension
  static final ContractNode NODE = new ContractNode();

  @Override
  protected BackendFixture openFixture() {
    return NODE.openFixture();
  }
}
