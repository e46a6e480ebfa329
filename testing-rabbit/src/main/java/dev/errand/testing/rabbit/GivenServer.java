package dev.errand.testing.rabbit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * A server that somebody else runs; only its address is known, and nothing of it is ours to change.
 */
final class GivenServer implements RabbitServer {
  private static final int DEFAULT_PORT = 5672;

  private final String address;
  private final int port;
  private final String version;

  private GivenServer(String address, int port, String version) {
    this.address = address;
    this.port = port;
    this.version = version;
  }

  /** Checks the address and that a RabbitMQ answers there. */
  static GivenServer at(String address) {
    URI uri = parsed(address);
    int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
    try {
      return new GivenServer(
          address, port, Greeting.version(new InetSocketAddress(uri.getHost(), port)));
    } catch (IOException e) {
      throw new RabbitServerException(
          "No RabbitMQ answers at %s:%d, which %s names. Start it, or unset the variable: then Docker or this machine's rabbitmq-server is used."
              .formatted(uri.getHost(), port, ADDRESS_VARIABLE),
          e);
    }
  }

  private static URI parsed(String address) {
    try {
      URI uri = URI.create(address);
      if ("amqp".equals(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException malformed) {
      // Told below. Neither it nor the address is part of the message: both may show a password.
    }
    throw new RabbitServerException(
        "The environment variable %s does not hold an address such as amqp://guest:guest@127.0.0.1:5672/vhost. Correct or unset it."
            .formatted(ADDRESS_VARIABLE));
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String ctl(String... arguments) {
    throw new UnsupportedOperationException(
        "rabbitmqctl %s cannot reach the server that %s names. Use RabbitServer.privateNode() in this test."
            .formatted(String.join(" ", arguments), ADDRESS_VARIABLE));
  }

  @Override
  public String toString() {
    return "RabbitMQ %s given on port %d".formatted(version, port);
  }
}
