package dev.errand.examples.routing;

import dev.errand.Task;
import dev.errand.broker.Binding;
import dev.errand.broker.Exchange;
import dev.errand.broker.PublishException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who got which event and why, for people. The same run gives the same lines. */
final class Report {
  private final List<Event> events;
  private final Map<Ledger.Copy, Integer> runs;
  private final Map<Event, PublishException> refused;

  Report(List<Event> events, Map<Ledger.Copy, Integer> runs, Map<Event, PublishException> refused) {
    this.events = events;
    this.runs = runs;
    this.refused = refused;
  }

  void print(Duration took, PrintWriter out) {
    out.println(Upload.TEN.size() + " uploads, each sent through four exchanges to three workers: "
        + events.size() + " events.");
    out.println(
        "Below a worker stands which of its bindings let a copy into its queue; - is none.");
    Routing.TASKS.forEach(task -> printExchange(task, out));
    printSum(took, out);
  }

  private void printExchange(Task<Upload> task, PrintWriter out) {
    List<Event> ours = events.stream().filter(event -> event.task() == task).toList();
    Exchange exchange = ours.get(0).exchange();
    out.println();
    out.println(exchange.type() + " exchange '" + exchange.name() + "': " + rule(exchange.type()));
    Grid grid = new Grid();
    grid.row(Stream.of(List.of("event", "upload", what(exchange.type())), names())
        .flatMap(List::stream));
    grid.row(Stream.of(
            List.of("", "", "bound by:"),
            Desk.ALL.stream().map(desk -> bindings(desk, task)).toList())
        .flatMap(List::stream));
    for (Event event : ours) {
      grid.row(Stream.concat(
          Stream.of(String.valueOf(event.number()), event.upload().file(), sentWith(event)),
          refused.containsKey(event)
              ? Stream.of("nobody: an error at the sender")
              : Desk.ALL.stream().map(desk -> cell(event, desk))));
    }
    grid.print(out);
    ours.stream()
        .filter(refused::containsKey)
        .forEach(event -> out.println("  event " + event.number() + ": " + said(event)));
  }

  private static List<String> names() {
    return Desk.ALL.stream().map(Desk::name).toList();
  }

  private static String rule(Exchange.Type type) {
    return switch (type) {
      case DIRECT -> "a queue gets what has its binding's key.";
      case FANOUT -> "every queue gets everything.";
      case TOPIC -> "a queue gets what its pattern matches; * is one word, # any number of words.";
      case HEADERS -> "a queue gets what has all, or any, of its binding's headers.";
    };
  }

  private static String what(Exchange.Type type) {
    return type == Exchange.Type.HEADERS ? "headers" : "key";
  }

  private static String sentWith(Event event) {
    return switch (event.exchange().type()) {
      case FANOUT -> "-";
      case HEADERS -> headers(event.headers());
      case DIRECT, TOPIC -> event.key();
    };
  }

  private static String headers(Map<String, Object> headers) {
    return headers.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(header -> header.getKey() + "=" + header.getValue())
        .collect(Collectors.joining(" "));
  }

  private static String bindings(Desk desk, Task<Upload> task) {
    return desk.bindings(task).stream().map(Report::whole).collect(Collectors.joining(", "));
  }

  private static String whole(Binding binding) {
    if (binding.match() instanceof Binding.AllOf all) {
      return "all of " + headers(all.headers());
    }
    if (binding.match() instanceof Binding.AnyOf any) {
      return "any of " + headers(any.headers());
    }
    String key = ((Binding.Key) binding.match()).pattern();
    return key.isEmpty() ? "all" : key;
  }

  private String cell(Event event, Desk desk) {
    int times = runs.getOrDefault(new Ledger.Copy(event.id(), desk.name()), 0);
    List<Binding> bindings = event.letIn(desk);
    if (times == 0) {
      return bindings.isEmpty() ? "-" : "MISSING";
    }
    String why = bindings.isEmpty()
        ? "NO BINDING"
        : bindings.stream()
            .map(binding -> because(binding, event))
            .collect(Collectors.joining(", "));
    return times == 1 ? why : why + " (" + times + " runs)";
  }

  /** Of headers any of which is enough, those that the event has. */
  private static String because(Binding binding, Event event) {
    if (binding.match() instanceof Binding.AllOf all) {
      return headers(all.headers());
    }
    if (binding.match() instanceof Binding.AnyOf any) {
      Map<String, Object> both = new HashMap<>(any.headers());
      both.entrySet().retainAll(event.headers().entrySet());
      return headers(both);
    }
    return whole(binding);
  }

  private String said(Event event) {
    PublishException error = refused.get(event);
    if (error == null) {
      throw new IllegalArgumentException(event + " was not refused.");
    }
    String message = String.valueOf(error.getMessage());
    int end = message.indexOf(". ");
    return "PublishException, " + error.reason() + ": "
        + (end < 0 ? message : message.substring(0, end + 1));
  }

  private void printSum(Duration took, PrintWriter out) {
    out.println();
    Grid grid = new Grid();
    grid.row(Stream.of("worker", "copies", "runs", ""));
    Desk.ALL.forEach(desk -> grid.row(sum(desk)));
    grid.print(out);
    out.println("  " + (events.size() - refused.size()) + " events delivered, " + refused.size()
        + " refused at the sender, in "
        + String.format(Locale.ROOT, "%.2f s", took.toMillis() / 1000.0));
  }

  private Stream<String> sum(Desk desk) {
    List<Integer> ours = runs.entrySet().stream()
        .filter(each -> each.getKey().desk().equals(desk.name()))
        .map(Map.Entry::getValue)
        .toList();
    int all = ours.stream().mapToInt(Integer::intValue).sum();
    long again = ours.stream().filter(times -> times > 1).count();
    return Stream.of(
        desk.name(),
        String.valueOf(ours.size()),
        String.valueOf(all),
        again == 0
            ? "each copy ran once"
            : again + " copies failed once and ran again, and no other worker's copy did");
  }

  /** Rows of cells, each column as wide as its widest cell; a last cell may be longer. */
  private static final class Grid {
    private final List<List<String>> rows = new ArrayList<>();

    void row(Stream<String> cells) {
      rows.add(cells.toList());
    }

    void print(PrintWriter out) {
      rows.forEach(row -> out.println(line(row)));
    }

    private String line(List<String> row) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append("  ").append(row.get(column));
        if (column < row.size() - 1) {
          line.append(" ".repeat(width(column) - row.get(column).length()));
        }
      }
      return line.toString();
    }

    private int width(int column) {
      return rows.stream()
          .filter(row -> row.size() > column + 1)
          .mapToInt(row -> row.get(column).length())
          .max()
          .orElse(0);
    }
  }
}
