package dev.errand.examples.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.DeadLetter;
import dev.errand.DeadLetters;
import dev.errand.PassReport;
import dev.errand.broker.Broker;
import dev.errand.examples.documents.SharedBroker;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the dead letters of a queue, sends them back or deletes them. */
@Command(
    name = "dead",
    description = "Lists the dead letters of a queue, sends them back to it as new jobs (redrive)"
        + " or deletes them (discard).",
    footer = {
      "",
      "One first, to see what becomes of it, then all of that kind:",
      "  ./demo dead amqp://guest:guest@localhost documents redrive --error Connect --most 1",
      "  ./demo dead amqp://guest:guest@localhost documents redrive --error Connect"
    })
public final class DeadCommand implements Callable<Integer> {
  /** How long a broker may take to answer. */
  private static final Duration CONNECT = Duration.ofSeconds(15);

  /** How many a list looks at: their payloads are held in memory. */
  private static final int LOOKED_AT = 1000;

  private static final int LONGEST_PAYLOAD = 200;

  /** What is done with them. */
  enum Action {
    list,
    redrive,
    discard
  }

  @Spec
  private CommandSpec command;

  @Mixin
  private SharedBroker shared;

  @Parameters(
      index = "1",
      paramLabel = "QUEUE",
      description = "the queue that the jobs came from, as documents")
  private String queue;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "ACTION",
      defaultValue = "list",
      description = "${COMPLETION-CANDIDATES}: ${DEFAULT-VALUE} unless given")
  private Action action;

  @Mixin
  private Chosen chosen;

  @Option(names = "--all", description = "all of them: a redrive or a discard wants this, or which")
  private boolean all;

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "no more than so many, the oldest first: 20 for a list, else all, unless given")
  private @Nullable Integer most;

  @Option(
      names = "--per-second",
      paramLabel = "N",
      defaultValue = "100",
      description = "how many a redrive sends back in a second: ${DEFAULT-VALUE} unless given")
  private int perSecond;

  @Option(names = "--stack", description = "a list shows stack traces too")
  private boolean stack;

  @Override
  public Integer call() {
    checkChoice();
    PrintWriter out = command.commandLine().getOut();
    try (Broker broker = Broker.open(shared.address())) {
      broker.ready(CONNECT);
      DeadLetters letters = bounded(DeadLetters.of(broker, queue));
      if (action == Action.list) {
        list(letters, out);
        return 0;
      }
      PassReport report =
          action == Action.redrive ? letters.redrive(chosen) : letters.discard(chosen);
      out.println(report);
      return report.complete() ? 0 : 1;
    }
  }

  private void checkChoice() {
    if (perSecond < 1) {
      throw refused("--per-second " + perSecond + " sends nothing back; give 1 or more");
    }
    if (action != Action.list && chosen.isAnything() != all) {
      throw refused("say which to " + action + ", by --id, --task or --error, or say --all");
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(command.commandLine(), why);
  }

  private DeadLetters bounded(DeadLetters letters) {
    DeadLetters paced = letters.every(Duration.ofSeconds(1).dividedBy(perSecond));
    return most == null ? paced : paced.atMost(most);
  }

  private void list(DeadLetters letters, PrintWriter out) {
    List<DeadLetter> found = letters.list(LOOKED_AT, chosen);
    found.stream().limit(most == null ? 20 : most).forEach(letter -> show(letter, out));
    out.println(letters.count() + " dead letters of queue '" + queue + "', " + found.size()
        + " of the oldest " + LOOKED_AT + " as wanted");
  }

  private void show(DeadLetter letter, PrintWriter out) {
    out.println(letter);
    String payload = new String(letter.message().body(), UTF_8);
    out.println("  payload: "
        + (payload.length() <= LONGEST_PAYLOAD
            ? payload
            : payload.substring(0, LONGEST_PAYLOAD) + "…"));
    if (!letter.worker().isEmpty()) {
      out.println("  worker:  " + letter.worker());
    }
    if (stack && !letter.stack().isEmpty()) {
      out.println(letter.stack().indent(2).stripTrailing());
    }
  }
}
