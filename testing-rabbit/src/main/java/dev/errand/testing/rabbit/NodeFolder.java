package dev.errand.testing.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The files and ports of one node, chosen so that it meets neither the system's RabbitMQ nor
 * another node: its own home (with the Erlang cookie), data, logs, configuration, and an
 * {@code epmd} on a port of its own; all on loopback.
 */
record NodeFolder(Path path, int port, int tlsPort, int distributionPort, int epmdPort) {
  private static final String ON_LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}";
  private static final int OUTPUT_LINES = 30;

  static NodeFolder create(Setup setup) {
    try {
      NodeFolder folder = new NodeFolder(
          Files.createTempDirectory("errand-rabbit-"),
          Ports.free(),
          Ports.free(),
          Ports.free(),
          Ports.free());
      folder.write(setup);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("The folder of a RabbitMQ for tests cannot be made", e);
    }
  }

  private void write(Setup setup) throws IOException {
    List<String> lines = new ArrayList<>(List.of(
        "listeners.tcp.1 = 127.0.0.1:" + port,
        "log.console = false",
        "disk_free_limit.absolute = 1MB"));
    lines.addAll(setup.lines("127.0.0.1:" + tlsPort, path.toString()));
    for (Map.Entry<String, String> file : setup.files().entrySet()) {
      Files.writeString(path.resolve(file.getKey()), file.getValue());
    }
    Files.write(path.resolve("rabbitmq.conf"), lines);
    Files.writeString(path.resolve("enabled_plugins"), "[].\n");
  }

  /** A process of this node, with an empty input and its output in a file. */
  ProcessBuilder process(List<String> command, Path output) {
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(path.toFile())
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("RABBITMQ_") || name.startsWith("ERL_"));
    builder.environment().putAll(environment());
    return builder;
  }

  private Map<String, String> environment() {
    return Map.ofEntries(
        Map.entry("HOME", path.toString()),
        Map.entry("LANG", "C.UTF-8"),
        Map.entry("ERL_EPMD_PORT", Integer.toString(epmdPort)),
        Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
        Map.entry("RABBITMQ_NODENAME", "errand-%d@localhost".formatted(port)),
        Map.entry("RABBITMQ_DIST_PORT", Integer.toString(distributionPort)),
        Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"), // else the system's would be read
        Map.entry("RABBITMQ_CONFIG_FILE", path.resolve("rabbitmq.conf").toString()),
        Map.entry(
            "RABBITMQ_ADVANCED_CONFIG_FILE", path.resolve("advanced.config").toString()),
        Map.entry(
            "RABBITMQ_ENABLED_PLUGINS_FILE", path.resolve("enabled_plugins").toString()),
        Map.entry("RABBITMQ_MNESIA_BASE", path.resolve("data").toString()),
        Map.entry("RABBITMQ_LOG_BASE", path.resolve("log").toString()),
        Map.entry("RABBITMQ_PID_FILE", path.resolve("pid").toString()),
        Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", ON_LOOPBACK),
        Map.entry("RABBITMQ_CTL_ERL_ARGS", ON_LOOPBACK),
        // The script then becomes the server's process instead of its parent, so the process that
        // we started is the one to kill.
        Map.entry("RUNNING_UNDER_SYSTEMD", "true"));
  }

  Path serverOutput() {
    return path.resolve("output");
  }

  /** The last lines that the server printed, for an error message. */
  String lastOutput() {
    try {
      List<String> lines = Files.readAllLines(serverOutput(), StandardCharsets.UTF_8);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - OUTPUT_LINES), lines.size()));
    } catch (IOException e) {
      return "(its output cannot be read: %s)".formatted(e.getMessage());
    }
  }
}
