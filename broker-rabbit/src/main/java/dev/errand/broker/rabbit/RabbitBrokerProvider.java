package dev.errand.broker.rabbit;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.time.Time;
import java.util.Set;

/**
 * Serves {@code amqp://[user[:password]@]host[:port][/vhost][?parameter=value&…]}. User and
 * password are {@code guest} by default, the port is 5672, the virtual host {@code /}; reserved
 * characters are percent-encoded.
 *
 * <p>Parameters: {@code connect-timeout} (100ms to 10m, default 10s), {@code publish-timeout}
 * (100ms to 10m, default 30s), {@code heartbeat} (5s to 10m, default 20s), {@code window}
 * (unconfirmed publishes, 1 to 65536, default 1024), {@code name} (what the server shows as the
 * connections' name, default {@code errand}).
 */
public final class RabbitBrokerProvider implements BrokerProvider {
  /** For {@link java.util.ServiceLoader}. */
  public RabbitBrokerProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("amqp");
  }

  @Override
  public Broker open(String address, Time time) {
    return new RabbitBroker(RabbitAddress.parse(address), time).start();
  }
}
