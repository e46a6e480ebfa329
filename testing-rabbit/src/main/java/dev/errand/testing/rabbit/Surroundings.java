package dev.errand.testing.rabbit;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/**
 * What a machine offers to run a RabbitMQ on, and the order of choice.
 *
 * @param address of a server that somebody else runs
 * @param image what a node in Docker is made of
 * @param docker whether a Docker engine answers; asked only when it is next in order
 * @param installation of RabbitMQ on this machine
 */
record Surroundings(
    @Nullable String address,
    String image,
    BooleanSupplier docker,
    Optional<Installation> installation) {
  static Surroundings ofThisMachine() {
    String image = variable(RabbitServer.IMAGE_VARIABLE);
    String scripts = variable(RabbitServer.SCRIPTS_VARIABLE);
    return new Surroundings(
        variable(RabbitServer.ADDRESS_VARIABLE),
        image == null ? DockerNode.USUAL_IMAGE : image,
        () -> scripts == null && DockerClientFactory.instance().isDockerAvailable(),
        scripts == null
            ? Installation.find(Installation.usualPlaces())
            : Optional.of(Installation.in(scripts)));
  }

  private static @Nullable String variable(String name) {
    String value = System.getenv(name);
    return value == null || value.isBlank() ? null : value;
  }

  RabbitServer server() {
    return address == null ? node(Setup.of()) : GivenServer.at(address);
  }

  RabbitNode node(Setup setup) {
    if (docker.getAsBoolean()) {
      return DockerNode.started(image, setup);
    }
    return LocalNode.started(
        installation.orElseThrow(() -> new RabbitServerException(nothingFound())), setup);
  }

  private String nothingFound() {
    return """
        No RabbitMQ for the tests. Looked for, in this order:
        1. the environment variable %s, an address such as amqp://guest:guest@127.0.0.1:5672: %s
        2. the environment variable %s, a folder with a rabbitmq-server: not set
        3. Docker, through Testcontainers: no engine answers
        4. rabbitmq-server on this machine, in %s: not there
        The test cannot run. Install one (Debian and Ubuntu: apt-get install rabbitmq-server; its service need not run), or \
        start Docker, or set %s, which serves the tests that do not stop their server.\
        """.formatted(
            RabbitServer.ADDRESS_VARIABLE,
            address == null
                ? "not set"
                : "set, but this test stops or configures its server and needs its own",
            RabbitServer.SCRIPTS_VARIABLE,
            Installation.usualPlaces(),
            RabbitServer.ADDRESS_VARIABLE);
  }
}
