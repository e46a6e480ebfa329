package dev.errand.testing.rabbit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder of an installed RabbitMQ that holds its scripts, {@code rabbitmq-server} and
 * {@code rabbitmqctl}.
 */
record Installation(Path scripts) {
  /**
   * Where packages put the scripts, then the search path. The packages come first: what Debian puts
   * on the search path are wrappers that change to the user {@code rabbitmq} and use the system's
   * data.
   */
  static List<Path> usualPlaces() {
    List<Path> places = new ArrayList<>(List.of(
        Path.of("/usr/lib/rabbitmq/bin"),
        Path.of("/opt/rabbitmq/sbin"),
        Path.of("/opt/homebrew/sbin")));
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!folder.isBlank()) {
        places.add(Path.of(folder));
      }
    }
    return List.copyOf(places);
  }

  static Optional<Installation> find(List<Path> places) {
    return places.stream().map(Installation::new).filter(Installation::complete).findFirst();
  }

  Path server() {
    return scripts.resolve("rabbitmq-server");
  }

  Path ctl() {
    return scripts.resolve("rabbitmqctl");
  }

  private boolean complete() {
    return Files.isExecutable(server()) && Files.isExecutable(ctl());
  }
}
