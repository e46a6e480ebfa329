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
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isBlank()) {
        places.add(Path.of(folder));
      }
    }
    return List.copyOf(places);
  }

  /**
   * The one whose scripts are in this folder.
   *
   * @throws RabbitServerException when they are not
   */
  static Installation in(String folder) {
    Installation given = new Installation(Path.of(folder));
    if (!given.complete()) {
      throw new RabbitServerException(
          "%s is %s, and there is no rabbitmq-server and rabbitmqctl that can be run. Name the folder that holds both, or unset it"
              .formatted(RabbitServer.SCRIPTS_VARIABLE, folder));
    }
    return given;
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

  /** Erlang's port mapper: its own where it has one, else that of the search path. */
  Path portMapper() {
    Path own = scripts.resolve("epmd");
    return Files.isExecutable(own) ? own : Path.of("epmd");
  }

  private boolean complete() {
    return Files.isExecutable(server()) && Files.isExecutable(ctl());
  }
}
