package dev.errand.architecture;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of modules, and how a class is found in it.
 *
 * @param table each module by its name
 * @param nameOf the name of the module that a class of ours lives in; empty for any other class
 */
record Modules(Map<String, Module> table, Function<JavaClass, Optional<String>> nameOf) {

  /** Library packages of a program, which may use what it likes. */
  static final Set<String> ANY_LIBRARY = Set.of("");

  private static final Pattern BUILD_FOLDER = Pattern.compile(".*/([a-z-]+)/target/.*");

  /**
   * One row of the design's table, for main code.
   *
   * @param name its folder
   * @param sees the folders of the modules that it may name
   * @param libraries the packages outside the JDK that it may name, with those below them
   */
  record Module(String name, Set<String> sees, Set<String> libraries) {}

  /** The modules of this project, told apart by the folder that a class was built in. */
  static Modules ofTheProject() {
    return of(
        type -> type.getSource()
            .map(source -> BUILD_FOLDER.matcher(source.getUri().toString()))
            .filter(Matcher::matches)
            .map(matcher -> matcher.group(1)),
        new Module("broker-spi", Set.of(), Set.of("org.jspecify")),
        new Module(
            "broker-tck",
            Set.of("broker-spi"),
            Set.of("org.jspecify", "org.junit.jupiter.api", "org.assertj.core")),
        new Module(
            "testing-rabbit",
            Set.of("broker-spi"),
            Set.of("org.jspecify", "org.testcontainers", "com.github.dockerjava.api")),
        new Module("broker-inmemory", Set.of("broker-spi"), Set.of("org.jspecify")),
        new Module(
            "broker-rabbit",
            Set.of("broker-spi"),
            Set.of("org.jspecify", "com.rabbitmq.client", "io.github.resilience4j", "org.slf4j")),
        new Module("api", Set.of("broker-spi"), Set.of("org.jspecify", "com.fasterxml.jackson")),
        new Module(
            "worker-runtime",
            Set.of("broker-spi", "api"),
            Set.of("org.jspecify", "io.github.resilience4j", "org.slf4j")),
        new Module("config", Set.of("broker-spi", "api", "worker-runtime"), Set.of("org.jspecify")),
        new Module(
            "guice",
            Set.of("broker-spi", "api", "worker-runtime", "config"),
            Set.of("org.jspecify", "com.google.inject")),
        new Module(
            "worker-tck",
            Set.of("broker-spi", "broker-tck", "api", "worker-runtime"),
            Set.of("org.jspecify", "org.junit.jupiter.api", "org.assertj.core")),
        new Module(
            "examples",
            Set.of(
                "broker-spi",
                "api",
                "worker-runtime",
                "config",
                "guice",
                "broker-inmemory",
                "broker-rabbit"),
            ANY_LIBRARY),
        new Module("sql", Set.of("broker-spi"), Set.of("org.jspecify", "org.postgresql")),
        new Module(
            "benchmarks",
            Set.of(
                "broker-spi",
                "api",
                "worker-runtime",
                "broker-inmemory",
                "broker-rabbit",
                "testing-rabbit"),
            ANY_LIBRARY));
  }

  static Modules of(Function<JavaClass, Optional<String>> nameOf, Module... rows) {
    return new Modules(
        List.of(rows).stream().collect(toUnmodifiableMap(Module::name, identity())), nameOf);
  }

  /** The module that a class lives in; empty for a class that is not ours. */
  Optional<Module> of(JavaClass type) {
    return nameOf.apply(type).map(table::get);
  }

  /** Modules from which a graph leads to others than they may see: one line for each. */
  List<String> differencesFrom(Map<String, Set<String>> graph) {
    return table.values().stream()
        .filter(module -> !reached(module.name(), graph).equals(module.sees()))
        .map(module -> "%s leads to %s, and may see %s"
            .formatted(module.name(), reached(module.name(), graph), new TreeSet<>(module.sees())))
        .sorted()
        .toList();
  }

  private static Set<String> reached(String from, Map<String, Set<String>> graph) {
    Set<String> reached = new TreeSet<>(graph.getOrDefault(from, Set.of()));
    for (String next : List.copyOf(reached)) {
      reached.addAll(reached(next, graph));
    }
    return reached;
  }
}
