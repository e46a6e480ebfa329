package dev.errand.testing.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of this machine's {@code rabbitmq-server}, with its own folder, ports and {@code epmd}.
 */
final class LocalNode implements RabbitNode {
  /*
   * Threads: start, stop and kill hold the lock while they work, up to a start's minute and a half. close holds none, so
   * that it can end a start: it closes the guard, the guard kills the process, and the start finds that it has ended.
   */
  private static final int STOP_SECONDS = 60;
  private static final int CTL_SECONDS = 60;

  private final Installation installation;
  private final NodeFolder folder;
  private final Guard guard;
  private final Process epmd;
  private volatile boolean closed;
  private volatile String version = "";
  private @Nullable Process server; // guarded by this

  private LocalNode(Installation installation, NodeFolder folder, Guard guard) {
    this.installation = installation;
    this.folder = folder;
    this.guard = guard;
    // Ours from the start: one that the server brings up itself is a daemon that nobody ends.
    this.epmd = launched(
        List.of(
            installation.portMapper().toString(),
            "-port",
            Integer.toString(folder.epmdPort()),
            "-address",
            "127.0.0.1"),
        folder.path().resolve("epmd-output"));
  }

  /** A new node that serves. */
  static LocalNode started(Installation installation, Setup setup) {
    NodeFolder folder = NodeFolder.create(setup);
    Guard guard = Guard.of(folder.path());
    try {
      LocalNode node = new LocalNode(installation, folder, guard);
      node.start();
      return node;
    } catch (RuntimeException e) {
      guard.close();
      throw e;
    }
  }

  @Override
  public synchronized void start() {
    if (closed) {
      throw new RabbitServerException("%s is closed and cannot start again".formatted(this));
    }
    if (server != null) {
      return;
    }
    Process started = launched(List.of(installation.server().toString()), folder.serverOutput());
    server = started;
    guard.over(epmd, started);
    String greeted = Greeting.await(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), folder.port()), started.onExit());
    if (greeted == null) {
      String how =
          started.isAlive() ? "does not answer" : "ended with exit code " + started.exitValue();
      end(Process::destroyForcibly);
      throw new RabbitServerException("%s %s instead of starting. Its last output:\n%s"
          .formatted(this, how, folder.lastOutput()));
    }
    version = greeted;
  }

  @Override
  public synchronized void stop() {
    end(Process::destroy);
  }

  @Override
  public synchronized void kill() {
    if (server != null) {
      QueueRegister.save(this);
    }
    end(Process::destroyForcibly);
  }

  private void end(Consumer<Process> signal) {
    Process running = server;
    if (running == null) {
      return;
    }
    signal.accept(running);
    if (!endedWithin(running, STOP_SECONDS)) {
      throw new RabbitServerException(
          "%s, process %d, did not stop within %d s".formatted(this, running.pid(), STOP_SECONDS));
    }
    server = null;
    if (!closed) {
      guard.over(epmd);
    }
  }

  @Override
  public String ctl(String... arguments) {
    List<String> command = new ArrayList<>(List.of(installation.ctl().toString(), "--quiet"));
    command.addAll(List.of(arguments));
    String asked = "rabbitmqctl " + String.join(" ", arguments);
    try {
      Path output = Files.createTempFile(folder.path(), "ctl-", ".txt");
      Process ctl = launched(command, output);
      if (!endedWithin(ctl, CTL_SECONDS)) {
        ctl.destroyForcibly();
        throw new RabbitServerException(
            "%s on %s did not end within %d s".formatted(asked, this, CTL_SECONDS));
      }
      String printed = Files.readString(output);
      Files.delete(output);
      if (ctl.exitValue() != 0) {
        throw new RabbitServerException("%s on %s failed with exit code %d:\n%s"
            .formatted(asked, this, ctl.exitValue(), printed));
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException("%s on %s has no output file".formatted(asked, this), e);
    }
  }

  @Override
  public void give(Path file) {
    try {
      Files.copy(
          file, folder.path().resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be given to %s".formatted(file, this), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    guard.close();
  }

  @Override
  public String address() {
    return "amqp://guest:guest@127.0.0.1:" + folder.port();
  }

  @Override
  public int port() {
    return folder.port();
  }

  @Override
  public int tlsPort() {
    return folder.tlsPort();
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String toString() {
    return "RabbitMQ %s on port %d".formatted(version, folder.port());
  }

  private Process launched(List<String> command, Path output) {
    try {
      return folder.process(command, output).start();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be started".formatted(command.get(0)), e);
    }
  }

  private static boolean endedWithin(Process process, int seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RabbitServerException(
          "Interrupted while process %d ended".formatted(process.pid()), e);
    }
  }
}
