package dev.errand.architecture;

import static java.util.stream.Collectors.joining;

import dev.errand.architecture.Contract.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code docs/contract.md}: prose, and below it the table of cases, which runs of the kits write.
 *
 * @param prose its lines before the table
 * @param table what the table says
 * @param dates when each column was written
 */
record ContractPage(List<String> prose, Contract table, Map<String, String> dates) {
  private static final String NOT_RUN = "?";
  private static final String RUNS = "## The runs";
  private static final Pattern RUN = Pattern.compile("\\| (.+?) \\| (.+?) \\| (\\d{4}-.+?) \\|");
  private static final Pattern HEADER = Pattern.compile("\\| \\| case \\| (.+) \\|");
  private static final Pattern ROW =
      Pattern.compile("\\| ([A-Z]\\d+) ([sw]) \\| (.+?) \\| (.+) \\|");

  private static final Map<String, String> GROUPS = Map.ofEntries(
      Map.entry("A", "open, declare, close"),
      Map.entry("B", "publish"),
      Map.entry("C", "receive and settle"),
      Map.entry("D", "prefetch and concurrency"),
      Map.entry("E", "redelivery"),
      Map.entry("F", "delay"),
      Map.entry("G", "expiry"),
      Map.entry("H", "priority"),
      Map.entry("I", "dead letters"),
      Map.entry("J", "shutdown"),
      Map.entry("K", "faults"),
      Map.entry("L", "fidelity"),
      Map.entry("M", "honesty"),
      Map.entry("N", "insight"),
      Map.entry("O", "foreign and hostile"),
      Map.entry("P", "cost"),
      Map.entry("Q", "routing"),
      Map.entry("R", "came back"),
      Map.entry("S", "retry"),
      Map.entry("T", "time-outs"));

  static ContractPage read(Path file) throws IOException {
    ContractPage page =
        new ContractPage(new ArrayList<>(), Contract.empty(), new LinkedHashMap<>());
    List<String> columns = List.of();
    boolean prose = true;
    for (String line : Files.readAllLines(file)) {
      prose &= !line.equals(RUNS);
      Matcher header = HEADER.matcher(line);
      if (prose) {
        page.prose.add(line);
      } else if (header.matches()) {
        columns = List.of(header.group(1).split(" \\| ", -1));
      } else {
        page.readRun(line);
        page.readRow(line, columns);
      }
    }
    return page;
  }

  private void readRun(String line) {
    Matcher run = RUN.matcher(line);
    if (run.matches()) {
      table.servers().put(run.group(1), run.group(2));
      dates.put(run.group(1), run.group(3));
    }
  }

  private void readRow(String line, List<String> columns) {
    Matcher row = ROW.matcher(line);
    if (row.matches()) {
      Case number = Case.of(row.group(1), row.group(2));
      table.cases().put(number, row.group(3).replace("\\|", "|"));
      String[] outcomes = row.group(4).split(" \\| ", -1);
      for (int i = 0; i < columns.size(); i++) {
        Map<Case, String> column =
            table.columns().computeIfAbsent(columns.get(i), unused -> new TreeMap<>());
        if (!outcomes[i].equals(NOT_RUN)) {
          column.put(number, outcomes[i]);
        }
      }
    }
  }

  /** Cells without an outcome: one line for each. */
  List<String> emptyCells() {
    List<String> empty = new ArrayList<>();
    table
        .columns()
        .forEach((column, outcomes) -> table.cases().keySet().stream()
            .filter(
                number -> !List.of("kept", "refused").contains(outcomes.getOrDefault(number, "")))
            .map(number ->
                column + " has '" + outcomes.getOrDefault(number, NOT_RUN) + "' at " + number)
            .forEach(empty::add));
    return empty;
  }

  /** Groups of cases that have no title. */
  List<String> untitled() {
    return table.cases().keySet().stream()
        .map(Case::group)
        .distinct()
        .filter(group -> !GROUPS.containsKey(group))
        .toList();
  }

  /** This page with the columns of a run in place of its own. */
  ContractPage with(Contract run, LocalDate today) {
    Contract merged = Contract.empty();
    merged.cases().putAll(run.cases());
    Map<String, String> when = new LinkedHashMap<>();
    for (String column : Contract.COLUMNS) {
      boolean ran = run.columns().containsKey(column);
      Contract from = ran ? run : table;
      if (from.columns().containsKey(column)) {
        merged.columns().put(column, from.columns().get(column));
        merged.servers().put(column, from.servers().get(column));
        when.put(column, ran ? today.toString() : dates.get(column));
      }
    }
    return new ContractPage(prose, merged, when);
  }

  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(prose);
    lines.addAll(List.of(RUNS, "", "| column | server | run |", "|---|---|---|"));
    table
        .columns()
        .keySet()
        .forEach(column -> lines.add(
            "| %s | %s | %s |".formatted(column, table.servers().get(column), dates.get(column))));
    lines.addAll(List.of("", "## The cases"));
    String group = "";
    for (Case number : table.cases().keySet()) {
      if (!number.group().equals(group)) {
        group = number.group();
        lines.addAll(List.of("", "### %s: %s".formatted(group, GROUPS.get(group)), ""));
        lines.add("| | case | " + String.join(" | ", table.columns().keySet()) + " |");
        lines.add("|---|---|" + "---|".repeat(table.columns().size()));
      }
      lines.add(row(number));
    }
    Files.write(file, lines);
  }

  private String row(Case number) {
    String outcomes = table.columns().values().stream()
        .map(column -> column.getOrDefault(number, NOT_RUN))
        .collect(joining(" | "));
    String sentence = table.cases().get(number).replace("|", "\\|");
    return "| %s | %s | %s |".formatted(number, sentence, outcomes);
  }
}
