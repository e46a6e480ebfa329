package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.testing.rabbit.RabbitProxy;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;

/** The contract of a worker, on RabbitMQ. */
final class RabbitWorkerContractTest extends WorkerContract {
  @Override
  protected WorkerFixture openFixture() {
    return new RabbitFixture();
  }

  private static final class RabbitFixture implements WorkerFixture {
    private final RabbitServer server = RabbitServer.shared();
    // Counts what is open.
    private final RabbitProxy proxy = RabbitProxy.before(server);

    RabbitFixture() {
      // The report of the whole build reads which server it was.
      System.out.println("contract backend: " + backend());
    }

    @Override
    public String backend() {
      return "RabbitMQ " + server.version();
    }

    @Override
    public Time time() {
      return Time.system();
    }

    @Override
    public Duration lateness() {
      return Duration.ofSeconds(2);
    }

    @Override
    public Broker open() {
      return Broker.open(proxy.address());
    }

    @Override
    public List<String> leftovers() {
      int open = proxy.connections();
      return open == 0 ? List.of() : List.of(open + " connections");
    }

    @Override
    public void close() {
      proxy.close();
    }
  }
}
