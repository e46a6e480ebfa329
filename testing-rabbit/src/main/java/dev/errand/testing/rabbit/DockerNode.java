package dev.errand.testing.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/**
 * A node in a container. The container is never replaced, so its data stays over stop and kill, and
 * its port on the host is chosen by us, since an engine gives another free one with each start.
 * Testcontainers ends it with the JVM.
 */
final class DockerNode implements RabbitNode {
  /** The image where none is named. */
  static final String USUAL_IMAGE = "rabbitmq:4.2";

  private static final int AMQP = 5672;
  private static final int AMQPS = 5671;
  private static final String FILES = "/etc/rabbitmq";

  /** Where commands run in a container of this image. */
  private static final String WORK = "/";

  private final GenericContainer<?> container;
  private final int port;
  private final int tlsPort;
  private volatile String version = "";

  private DockerNode(GenericContainer<?> container, int port, int tlsPort) {
    this.container = container;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /** A new node of that image that serves. */
  static DockerNode started(String image, Setup setup) {
    int port = Ports.free();
    int tlsPort = Ports.free();
    GenericContainer<?> container = new GenericContainer<>(image)
        .withExposedPorts(AMQP, AMQPS)
        .withCopyToContainer(
            Transferable.of(String.join("\n", setup.lines(Integer.toString(AMQPS), FILES)) + "\n"),
            FILES + "/conf.d/90-errand.conf");
    setup
        .files()
        .forEach((name, text) ->
            container.withCopyToContainer(Transferable.of(text), FILES + "/" + name));
    container.setPortBindings(List.of(
        "127.0.0.1:%d:%d".formatted(port, AMQP), "127.0.0.1:%d:%d".formatted(tlsPort, AMQPS)));
    container.start();
    DockerNode node = new DockerNode(container, port, tlsPort);
    try {
      node.awaitGreeting();
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void awaitGreeting() {
    String greeted =
        Greeting.await(new InetSocketAddress(container.getHost(), port), new CompletableFuture<>());
    if (greeted == null) {
      throw new RabbitServerException(
          "%s does not answer. Its log:\n%s".formatted(this, container.getLogs()));
    }
    version = greeted;
  }

  @Override
  public synchronized void start() {
    if (container.getContainerId() == null) {
      throw new RabbitServerException("%s is closed and cannot start again".formatted(this));
    }
    if (!container.isRunning()) {
      container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
      awaitGreeting();
    }
  }

  @Override
  public synchronized void stop() {
    if (container.isRunning()) {
      container.getDockerClient().stopContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public synchronized void kill() {
    if (container.isRunning()) {
      QueueRegister.save(this);
      container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public String ctl(String... arguments) {
    // Nothing on our side ends a command that hangs in the container.
    String[] command = Stream.concat(
            Stream.of("timeout", "60", "rabbitmqctl", "--quiet"), Stream.of(arguments))
        .toArray(String[]::new);
    String asked = "rabbitmqctl " + String.join(" ", arguments);
    try {
      ExecResult result = container.execInContainer(command);
      if (result.getExitCode() != 0) {
        throw new RabbitServerException("%s on %s failed with exit code %d:\n%s%s"
            .formatted(asked, this, result.getExitCode(), result.getStdout(), result.getStderr()));
      }
      return result.getStdout();
    } catch (IOException e) {
      throw new RabbitServerException(
          "%s on %s did not reach the container".formatted(asked, this), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RabbitServerException("Interrupted in %s on %s".formatted(asked, this), e);
    }
  }

  @Override
  public void give(Path file) {
    try {
      // Read here, and readable by the server's user whatever the file's mode is.
      container.copyFileToContainer(
          Transferable.of(Files.readAllBytes(file)), WORK + file.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be given to %s".formatted(file, this), e);
    }
  }

  @Override
  public synchronized void close() {
    container.stop();
  }

  @Override
  public String address() {
    return "amqp://guest:guest@%s:%d".formatted(container.getHost(), port);
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public int tlsPort() {
    return tlsPort;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String toString() {
    return "RabbitMQ %s in Docker on port %d".formatted(version, port);
  }
}
