import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does what a page of Markdown tells its reader to do. Run by {@code scripts/tutorial}, with the
 * page, the folder to work in, and what to type instead of {@code ./mvnw} where that does not work.
 *
 * <p>A block of {@code java}, {@code xml} or {@code python} is a file, whose name is the last in
 * code style of the line of text before it. A block of {@code console} is what a terminal shows; a
 * second word names another terminal. There a line after {@code $} is a command, {@code ^C} is
 * Ctrl-C, and all else is output. Other blocks are only shown.
 *
 * <p>Output is compared without ids, times and the like, and without regard to order, as several
 * threads print.
 */
final class Tutorial implements AutoCloseable {
  /** The server that the page speaks of; ours stands in its place. */
  private static final String SERVER = "amqp://guest:guest@localhost";

  private static final Pattern FENCE = Pattern.compile("```(\\w*) *(\\w*)");
  private static final Pattern NAMED = Pattern.compile(".*`([^`]+)`[^`]*:");
  private static final Pattern ON_THE_SERVER = Pattern.compile("sudo rabbitmqctl --quiet ([^|]*)");

  private final Path page;
  private final Path folder;
  private final String maven;
  private final Map<String, Terminal> terminals = new HashMap<>();
  private final RabbitNode server = RabbitServer.privateNode();

  private Tutorial(Path page, Path folder, String maven) {
    this.page = page;
    this.folder = folder;
    this.maven = maven;
  }

  public static void main(String... args) throws Exception {
    Path page = Path.of(args[0]);
    List<Step> steps = Step.readAll(page);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException(page + " has nothing to do");
    }
    try (Tutorial tutorial =
        new Tutorial(page, Path.of(args[1]), args.length > 2 ? args[2] : "")) {
      for (Step step : steps) {
        tutorial.take(step);
      }
      System.out.printf("tutorial: %d steps, all as %s says%n", steps.size(), page.getFileName());
    } catch (Differs differs) {
      System.out.println("tutorial: " + differs.getMessage());
      System.exit(1);
    }
  }

  private void take(Step step) throws Exception {
    if (step instanceof Save save) {
      Path file = terminal("").folder(folder).resolve(save.name());
      Files.createDirectories(file.getParent());
      Files.write(file, save.lines());
    } else if (step instanceof Turn turn) {
      try {
        if (ON_THE_SERVER.matcher(turn.input()).find()) {
          takeUntilCounted(turn);
        } else {
          take(turn);
        }
      } catch (Differs differs) {
        throw new Differs("%s:%d, \"%s\", at '%s': %s"
            .formatted(page, turn.line(), turn.heading(), turn.input(), differs.getMessage()));
      }
    }
  }

  /** The server counts what its queues hold every five seconds, so its answer may be old. */
  private void takeUntilCounted(Turn turn) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        take(turn);
        return;
      } catch (Differs differs) {
        if (System.nanoTime() > deadline) {
          throw differs;
        }
      }
    }
  }

  private void take(Turn turn) throws Exception {
    Terminal terminal = terminal(turn.terminal());
    if (turn.isCommand()) {
      terminal.type(meant(turn.input()));
    } else if (turn.isInterrupt()) {
      terminal.interrupt();
    }
    Output output = new Output(turn.output());
    // What goes on is awaited by its lines, all else by its end.
    while (!(turn.goesOn() && output.complete())) {
      String line = terminal.next(patience(turn));
      if (line == null) {
        throw output.differs("it says no more, and goes on");
      }
      if (line.startsWith(Terminal.ENDED)) {
        if (turn.goesOn() || (turn.isCommand() && !line.equals(Terminal.ENDED + "0"))) {
          throw output.differs("it ended with " + line.substring(Terminal.ENDED.length()));
        }
        break;
      }
      output.add(line);
      if (turn.goesOn() && output.surprises()) {
        throw output.differs("it goes on");
      }
    }
    if (!output.complete() || output.surprises()) {
      throw output.differs("it ended");
    }
  }

  private static Duration patience(Turn turn) {
    return turn.input().contains("mvnw") ? Duration.ofMinutes(15) : Duration.ofMinutes(1);
  }

  /** The command, with what stands here in the place of what the page's reader has. */
  private String meant(String command) throws IOException {
    String meant = command.replace(SERVER, server.address());
    if (!maven.isEmpty()) {
      meant = meant.replaceAll("\\S*/mvnw\\b", Matcher.quoteReplacement(maven));
    }
    Matcher ctl = ON_THE_SERVER.matcher(meant);
    if (ctl.find()) {
      Path answer = Files.createTempFile("rabbitmqctl", ".txt");
      Files.writeString(answer, server.ctl(ctl.group(1).strip().split(" +")));
      meant = ctl.replaceFirst(Matcher.quoteReplacement("cat " + answer + " "));
    }
    return meant;
  }

  private Terminal terminal(String name) {
    return terminals.computeIfAbsent(name, unknown -> Terminal.open(folder));
  }

  @Override
  public void close() {
    terminals.values().forEach(Terminal::close);
    server.close();
  }

  /** One thing that the page says to do. */
  private sealed interface Step permits Save, Turn {
    static List<Step> readAll(Path page) throws IOException {
      return new Reading(Files.readAllLines(page)).steps();
    }
  }

  private record Save(String name, List<String> lines) implements Step {}

  /**
   * A command or Ctrl-C in a terminal, or nothing; and what follows there.
   *
   * @param goesOn whether more of the same is shown later
   */
  private record Turn(
      int line, String heading, String terminal, String input, List<String> output, boolean goesOn)
      implements Step {
    boolean isCommand() {
      return input.startsWith("$ ");
    }

    boolean isInterrupt() {
      return input.equals("^C");
    }

    Turn goingOn() {
      return new Turn(line, heading, terminal, input, output, true);
    }
  }

  /** From lines to steps. */
  private static final class Reading {
    private final List<String> lines;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Integer> latest = new HashMap<>();
    private String heading = "";
    private String text = "";

    Reading(List<String> lines) {
      this.lines = lines;
    }

    List<Step> steps() {
      for (int at = 0; at < lines.size(); at++) {
        String line = lines.get(at);
        Matcher fence = FENCE.matcher(line);
        if (fence.matches()) {
          List<String> block = lines.subList(at + 1, endOf(at));
          block(fence.group(1), fence.group(2), block, at + 2);
          at += block.size() + 1;
        } else if (line.startsWith("#")) {
          heading = line.replaceFirst("#+ ", "");
        } else if (!line.isBlank() && !line.startsWith("<!--")) {
          text = line;
        }
      }
      return steps;
    }

    private int endOf(int fence) {
      int end = fence + 1;
      while (!lines.get(end).equals("```")) {
        end++;
      }
      return end;
    }

    private void block(String language, String terminal, List<String> block, int line) {
      switch (language) {
        case "console" -> console(terminal, block, line);
        case "java", "xml", "python" -> {
          Matcher named = NAMED.matcher(text);
          if (!named.matches()) {
            throw new IllegalArgumentException(
                "line %d: a file without a name; end the text before it with one".formatted(line));
          }
          steps.add(new Save(named.group(1), List.copyOf(block)));
        }
        default -> {}
      }
    }

    private void console(String terminal, List<String> block, int line) {
      int at = 0;
      while (at < block.size()) {
        String first = block.get(at);
        String input = isInput(first) ? first : "";
        int from = isInput(first) ? at + 1 : at;
        int to = from;
        while (to < block.size() && !isInput(block.get(to))) {
          to++;
        }
        add(new Turn(
            line + at, heading, terminal, input, List.copyOf(block.subList(from, to)), false));
        at = to;
      }
    }

    private void add(Turn turn) {
      Integer before = latest.put(turn.terminal(), steps.size());
      if (before != null && !turn.isCommand()) {
        steps.set(before, ((Turn) steps.get(before)).goingOn());
      }
      steps.add(turn);
    }

    private static boolean isInput(String line) {
      return line.startsWith("$ ") || line.equals("^C");
    }
  }

  /** What was printed, held against what is shown. */
  private static final class Output {
    private static final List<Map.Entry<Pattern, String>> VARYING = List.of(
        Map.entry(Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
        Map.entry(Pattern.compile("\\d\\d:\\d\\d:\\d\\d"), "TIME"),
        Map.entry(Pattern.compile("Done in [^:]+:"), "Done in TIME:"),
        Map.entry(Pattern.compile("RabbitMQ [\\d.]+ at \\S+"), "RabbitMQ VERSION at PLACE"),
        Map.entry(Pattern.compile("\\s+"), " "));

    private final List<String> missing = new ArrayList<>();
    private final List<String> surprising = new ArrayList<>();
    private final List<String> printed = new ArrayList<>();

    Output(List<String> shown) {
      shown.forEach(line -> missing.add(masked(line)));
    }

    void add(String line) {
      // The JVM's own words on how Maven and libraries use it; each version has others.
      if (line.startsWith("WARNING: ")) {
        return;
      }
      printed.add(line);
      if (!missing.remove(masked(line))) {
        surprising.add(line);
      }
    }

    boolean complete() {
      return missing.isEmpty();
    }

    boolean surprises() {
      return !surprising.isEmpty();
    }

    Differs differs(String how) {
      StringBuilder text = new StringBuilder(how);
      missing.forEach(line -> text.append("\n  the page shows:  ").append(line));
      surprising.forEach(line -> text.append("\n  it printed:      ").append(line));
      printed.forEach(line -> text.append("\n  all of it: ").append(line));
      return new Differs(text.toString());
    }

    private static String masked(String line) {
      String masked = line;
      for (Map.Entry<Pattern, String> each : VARYING) {
        masked = each.getKey().matcher(masked).replaceAll(each.getValue());
      }
      return masked.strip();
    }
  }

  /** A shell that reads what we type, and keeps its folder and its variables. */
  private static final class Terminal implements AutoCloseable {
    static final String ENDED = "-- ended ";

    // What starts us may have it ignore Ctrl-C, which a shell hands down and cannot undo.
    private static final String SHELL =
        "import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp('bash', ['bash'])";

    private final Process shell;
    private final Writer keyboard;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Terminal(Process shell) {
      this.shell = shell;
      keyboard = shell.outputWriter();
    }

    static Terminal open(Path folder) {
      try {
        Terminal opened = new Terminal(new ProcessBuilder("python3", "-c", SHELL)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start());
        Thread reader = new Thread(opened::read, "terminal");
        reader.setDaemon(true);
        reader.start();
        return opened;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void read() {
      try (BufferedReader output = shell.inputReader()) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          lines.add(line);
        }
      } catch (IOException e) {
        lines.add("the terminal cannot be read: " + e);
      }
    }

    void type(String command) throws IOException {
      keyboard.write("{ %s\n} </dev/null; echo '%s'$?\n".formatted(command.substring(2), ENDED));
      keyboard.flush();
    }

    /** To what runs in the foreground; the shell lives on. */
    void interrupt() throws IOException, InterruptedException {
      for (ProcessHandle running : shell.children().toList()) {
        new ProcessBuilder("kill", "-INT", Long.toString(running.pid())).start().waitFor();
      }
    }

    /** The next line, or null when there is none for so long. */
    String next(Duration atMost) throws InterruptedException {
      return lines.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Where it is. */
    Path folder(Path start) throws IOException, InterruptedException {
      type("$ pwd -P");
      String where = next(Duration.ofSeconds(10));
      next(Duration.ofSeconds(10));
      return where == null ? start : Path.of(where);
    }

    @Override
    public void close() {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  private static final class Differs extends Exception {
    private static final long serialVersionUID = 1L;

    Differs(String message) {
      super(message);
    }
  }
}
