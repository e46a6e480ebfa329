package dev.errand.testing.rabbit;

import java.util.List;
import java.util.Optional;

/**
 * A running RabbitMQ that tests may use but not end. It is found in this order: the address in the
 * environment variable {@value #ADDRESS_VARIABLE}; the scripts in the folder that
 * {@value #SCRIPTS_VARIABLE} names; Docker, through Testcontainers; {@code rabbitmq-server} of this
 * machine, run as a node of its own that listens on loopback only. A server that the system runs as
 * a service is never touched.
 */
public sealed interface RabbitServer permits RabbitNode, GivenServer {
  /** The environment variable that names a server to be used as the shared one. */
  String ADDRESS_VARIABLE = "ERRAND_TEST_AMQP";

  /**
   * The environment variable that names the image of a node in Docker; {@code rabbitmq:4.2} where
   * it is not set. It is made as the official images are: port 5672, {@code rabbitmqctl} on the
   * path, {@code /etc/rabbitmq/conf.d} read, {@code guest} let in from outside.
   */
  String IMAGE_VARIABLE = "ERRAND_TEST_IMAGE";

  /**
   * The environment variable that names the folder of the {@code rabbitmq-server} and
   * {@code rabbitmqctl} to run nodes of, before Docker and before what is installed: for another
   * version than the machine's.
   */
  String SCRIPTS_VARIABLE = "ERRAND_TEST_RABBITMQ";

  /**
   * Finds the server that all tests of this JVM share, so a test uses names of its own. The first
   * call starts it and blocks until it serves (4 to 6 s for a node of this machine); it is stopped
   * when the JVM ends.
   *
   * @return the same server for every call
   * @throws RabbitServerException when no server is found, with what to install, or when the one
   *     found does not start
   */
  static RabbitServer shared() {
    return Shared.server();
  }

  /**
   * Starts a new node for a test that stops, kills, alarms or configures it: in Docker or of this
   * machine, never the one that {@value #ADDRESS_VARIABLE} names. Blocks until it serves. The
   * caller closes it; it does not outlive the JVM.
   *
   * @param configuration lines for its {@code rabbitmq.conf}, such as {@code consumer_timeout =
   *     60000}
   * @return the node, serving
   * @throws RabbitServerException when no server is found, with what to install, or when the one
   *     found does not start
   */
  static RabbitNode privateNode(String... configuration) {
    return Surroundings.ofThisMachine().node(Setup.of(configuration));
  }

  /**
   * As {@link #privateNode(String...)}, and the node also takes connections over TLS, from clients
   * without a certificate, at {@link RabbitNode#tlsPort()}.
   *
   * @param certificate what it shows, such as that of an {@link Authority}
   * @param configuration lines for its {@code rabbitmq.conf}
   * @return the node, serving
   * @throws RabbitServerException as the other
   */
  static RabbitNode privateNode(ServerCertificate certificate, String... configuration) {
    return Surroundings.ofThisMachine()
        .node(new Setup(List.of(configuration), Optional.of(certificate)));
  }

  /**
   * Constant.
   *
   * @return the server's address with credentials, {@code amqp://guest:guest@127.0.0.1:12345} for a
   *     node of ours
   */
  String address();

  /**
   * Constant, also over stop, kill and start.
   *
   * @return the port that clients connect to
   */
  int port();

  /**
   * Never blocks: the server told it when it last started.
   *
   * @return the server's version, such as {@code 3.10.8}
   */
  String version();

  /**
   * Runs {@code rabbitmqctl} against this server. Blocks, usually for half a second to 2 s.
   *
   * @param arguments the command and what belongs to it, such as {@code list_queues name messages}
   * @return what it printed, without banners
   * @throws RabbitServerException when it fails or does not end within a minute, with its output
   * @throws UnsupportedOperationException when the server was given by {@value #ADDRESS_VARIABLE}:
   *     only its owner reaches it
   */
  String ctl(String... arguments);
}
