package dev.errand.worker.tck;

import dev.errand.broker.rabbit.fixture.RabbitFixture;
import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of a worker, on RabbitMQ. */
final class RabbitWorkerContractTest extends WorkerContract {
  private static @Nullable RabbitNode node;

  @BeforeAll
  static void start() {
    RabbitNode started = RabbitServer.privateNode();
    System.out.println("contract backend: RabbitMQ " + started.version());
    node = started;
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  @Override
  protected BackendFixture openFixture() {
    if (node == null) {
      throw new IllegalStateException("The node is started before the first case.");
    }
    return new RabbitFixture(node);
  }
}
