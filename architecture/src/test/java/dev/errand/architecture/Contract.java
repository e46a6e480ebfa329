package dev.errand.architecture;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table <em>case × backend</em>, as runs of the kits wrote it down.
 *
 * @param cases the sentence of each case
 * @param columns what became of the cases, by the column and then by the case
 * @param servers on what exactly a column ran, such as {@code RabbitMQ 3.10.8}
 */
record Contract(
    SortedMap<Case, String> cases,
    Map<String, SortedMap<Case, String>> columns,
    Map<String, String> servers) {

  /** The columns of the page, in order. A run on anything else has none. */
  static final List<String> COLUMNS =
      List.of("in memory", "RabbitMQ 3.10", "RabbitMQ 4.0", "RabbitMQ 4.3", "SQL");

  private static final Pattern PATCH = Pattern.compile("(.+ \\d+\\.\\d+)\\.\\d+");

  /** That of the backend in {@code examples/sql}, whatever version it finds. */
  private static final Pattern POSTGRESQL = Pattern.compile("PostgreSQL .+");

  /** A case's number, and whether it is one of a broker ({@code s}) or of a worker ({@code w}). */
  record Case(String group, int number, String kit) implements Comparable<Case> {
    private static final Pattern NUMBER = Pattern.compile("([A-Z])(\\d+)");
    private static final Comparator<Case> ORDER =
        comparing(Case::group).thenComparingInt(Case::number).thenComparing(Case::kit);

    static Case of(String number, String kit) {
      Matcher parts = NUMBER.matcher(number);
      if (!parts.matches()) {
        throw new IllegalArgumentException("'" + number + "' is no number of a case, such as A1.");
      }
      return new Case(parts.group(1), Integer.parseInt(parts.group(2)), kit);
    }

    @Override
    public int compareTo(Case other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return group + number + " " + kit;
    }
  }

  static Contract empty() {
    return new Contract(new TreeMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /** What the modules below this folder ran since they were cleaned. */
  static Contract ofRuns(Path root) throws IOException {
    Contract run = empty();
    run.addRunsBelow(root, 2);
    return run;
  }

  /** A module is a folder of the root, or of another module. */
  private void addRunsBelow(Path parent, int depth) throws IOException {
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(parent, Files::isDirectory)) {
      for (Path module : modules) {
        addRunsOf(module.resolve("target/contract"));
        if (depth > 1) {
          addRunsBelow(module, depth - 1);
        }
      }
    }
  }

  private void addRunsOf(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.tsv")) {
      for (Path file : files) {
        Files.readAllLines(file).forEach(this::addLine);
      }
    }
  }

  /** Adds what became of one case; a later line of the same case replaces an earlier one. */
  private void addLine(String line) {
    // Behind the sentence may stand what it failed with.
    String[] parts = line.split("\t", 6);
    String server = parts[1];
    String column = columnOf(server);
    if (COLUMNS.contains(column)) {
      Case number = Case.of(parts[2], parts[0].equals("worker") ? "w" : "s");
      cases.put(number, parts[4]);
      servers.put(column, server);
      columns.computeIfAbsent(column, unused -> new TreeMap<>()).put(number, parts[3]);
    }
  }

  private static String columnOf(String server) {
    Matcher patch = PATCH.matcher(server);
    return POSTGRESQL.matcher(server).matches() ? "SQL" : patch.matches() ? patch.group(1) : server;
  }

  /** What differs between this, which was run, and a page, in the columns that were run. */
  List<String> differencesFrom(Contract page) {
    List<String> differences = new ArrayList<>();
    cases.forEach((number, sentence) -> {
      if (!sentence.equals(page.cases().get(number))) {
        differences.add("%s says '%s', and the page '%s'"
            .formatted(number, sentence, page.cases().get(number)));
      }
    });
    columns.forEach((column, outcomes) -> {
      Map<Case, String> written = page.columns().getOrDefault(column, new TreeMap<>());
      if (!outcomes.equals(written)) {
        differences.add("%s ran as %s, and the page has %s".formatted(column, outcomes, written));
      }
    });
    return differences;
  }
}
