package dev.errand.testing.rabbit;

import java.util.List;

/**
 * A running RabbitMQ that tests may use but not end. It is found in this order: the address in the
 * environment variable {@value #ADDRESS_VARIABLE}; Docker, through Testcontainers;
 * {@code rabbitmq-server} of this machine, run as a node of its own that listens on loopback only.
 * A server that the system runs as a service is never touched.
 */
public sealed interface RabbitServer permits RabbitNode, GivenServer {
  /** The environment variable that names a server to be used as the shared one. */
  String ADDRESS_VARIABLE = "ERRAND_TEST_AMQP";

  /**
   * The server that all tests of this JVM share, so a test uses names of its own. Started by the
   * first call, which blocks until the server serves (4 to 6 s for a node of this machine), and
   * stopped when the JVM ends.
   *
   * @throws RabbitServerException when no server is found, with what to install, or when the one
   *     found does not start
   */
  static RabbitServer shared() {
    return Shared.server();
  }

  /**
   * A new node for a test that stops, kills, alarms or configures it: in Docker or of this machine,
   * never the one that {@value #ADDRESS_VARIABLE} names. Blocks until it serves. The caller closes
   * it; it does not outlive the JVM.
   *
   * @param configuration lines for its {@code rabbitmq.conf}, such as {@code consumer_timeout =
   *     60000}
   * @throws RabbitServerException when no server is found, with what to install, or when the one
   *     found does not start
   */
  static RabbitNode privateNode(String... configuration) {
    return Surroundings.ofThisMachine().node(List.of(configuration));
  }

  /**
   * The server's address with credentials, {@code amqp://guest:guest@127.0.0.1:23456} for a node of
   * ours. Constant.
   */
  String address();

  /** The port that clients connect to. Constant, also over stop, kill and start. */
  int port();

  /** The server's version as it told when it last started, such as {@code 3.10.8}. */
  String version();

  /**
   * Runs {@code rabbitmqctl} against this server and returns what it printed, without banners.
   * Blocks, usually 1 to 2 s.
   *
   * @throws RabbitServerException when it fails or does not end within a minute, with its output
   * @throws UnsupportedOperationException when the server was given by {@value #ADDRESS_VARIABLE}:
   *     only its owner reaches it
   */
  String ctl(String... arguments);
}
