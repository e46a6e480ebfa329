package dev.errand.broker.rabbit;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Setting;
import dev.errand.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Serves {@code amqp://[user[:password]@]host[:port][,host[:port]…][/vhost][?parameter=value&…]},
 * and the same with {@code amqps} over TLS 1.2 or newer, where the server's certificate and host
 * name are always verified. Of several hosts, the nodes of a cluster, each connection takes the
 * first that lets it in; when it is lost, the search begins with the one behind it. User and
 * password are {@code guest} by default, the port is 5672, or 5671 with {@code amqps}, the virtual
 * host {@code /}; reserved characters are percent-encoded. The parameters are the constants of this
 * class, {@link #PUBLISH_TIMEOUT} and {@link #DECLARE}.
 */
public final class RabbitBrokerProvider implements BrokerProvider {
  /** {@code connect-timeout}: 100ms to 10m, 10s unless given. */
  public static final Setting<Duration> CONNECT_TIMEOUT = Setting.time(
          "connect-timeout", Duration.ofMillis(100), Duration.ofMinutes(10))
      .bounding(
          "how long one attempt to connect and to log in may take, for each address that the host's name has")
      .defaultsTo(
          Duration.ofSeconds(10),
          "a busy server answers within it, and a dead host is given up before a caller is");

  /** {@code heartbeat}: 5s to 10m, 20s unless given. */
  public static final Setting<Duration> HEARTBEAT = Setting.time(
          "heartbeat", Duration.ofSeconds(5), Duration.ofMinutes(10))
      .bounding("how long a dead connection goes unnoticed: twice this at most")
      .defaultsTo(
          Duration.ofSeconds(20),
          "with a shorter one, pauses of a busy server or JVM pass for a lost connection");

  /** {@code window}: 1 to 65536 publishes, 1024 unless given. */
  public static final Setting<Integer> WINDOW = Setting.number("window", "publishes", 1, 65_536)
      .bounding("how many publishes wait for the server's answer at once")
      .defaultsTo(1024, "more is hardly faster, and each holds its message in memory");

  /** {@code consumer-timeout}: 1s to 365d, 30m unless given. */
  public static final Setting<Duration> CONSUMER_TIMEOUT = Setting.time(
          "consumer-timeout", Duration.ofSeconds(1), Duration.ofDays(365))
      .bounding(
          "what the server's own consumer_timeout is, which no client can ask for: how long a job may be in hand before the server takes it for lost")
      .defaultsTo(
          Duration.ofMinutes(30), "the server's own default; give what its operator set instead");

  /** {@code name}: {@code errand} unless given. */
  public static final Setting<String> NAME = Setting.text("name")
      .bounding("how the server's tools show the connections: NAME-publish and NAME-consume")
      .defaultsTo("errand", "says what connects; give the application's name to say who");

  /** {@code trust}, with {@code amqps} only: the JVM's trust store unless given. */
  public static final Setting<Path> TRUST = Setting.file("trust")
      .bounding(
          "with amqps: a PEM file of the only authorities that may have signed the server's certificate")
      .otherwise(
          "the JVM's trust store",
          "it has the public authorities; one of your own has to be named");

  static final List<Setting<?>> SETTINGS = List.of(
      CONNECT_TIMEOUT, PUBLISH_TIMEOUT, HEARTBEAT, WINDOW, CONSUMER_TIMEOUT, NAME, TRUST, DECLARE);

  /** For {@link java.util.ServiceLoader}. */
  public RabbitBrokerProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("amqp", "amqps");
  }

  @Override
  public List<Setting<?>> settings() {
    return SETTINGS;
  }

  @Override
  public void check(String address) {
    RabbitAddress.parse(address);
  }

  @Override
  public Broker open(String address, Time time) {
    return new RabbitBroker(RabbitAddress.parse(address), time).start();
  }
}
