package dev.errand.examples.documents;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run comes to, for people: a name and a value in each row. Immutable. */
final class Table {
  private final String title;
  private final List<String> rows;

  private Table(String title, List<String> rows) {
    this.title = title;
    this.rows = List.copyOf(rows);
  }

  static Table titled(String title) {
    return new Table(title, List.of());
  }

  Table row(String name, Object value) {
    List<String> more = new ArrayList<>(rows);
    more.add(String.format("  %-16s  %s", name, value));
    return new Table(title, more);
  }

  /** The rows that every worker has. */
  Table of(Tally.Count count) {
    Table table = row("jobs done", count.done())
        .row("retries", count.retries())
        .row("came back", count.cameBack())
        .row("dead letters", count.dead().size());
    for (String reason : count.dead().values()) {
      table = table.row("", reason);
    }
    return table;
  }

  Table speed(int jobs, Duration took) {
    double seconds = Math.max(took.toMillis(), 1) / 1000.0;
    return row("jobs per second", String.format(Locale.ROOT, "%.1f", jobs / seconds));
  }

  @Override
  public String toString() {
    return title + System.lineSeparator() + String.join(System.lineSeparator(), rows);
  }
}
