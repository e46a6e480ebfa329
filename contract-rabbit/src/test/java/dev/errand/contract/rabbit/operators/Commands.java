package dev.errand.contract.rabbit.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.testing.rabbit.RabbitNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Commands of a page, run as they stand there. A block of them stands below a comment that names
 * it, as {@code <!-- run NAME -->}. Lines that begin with {@code rabbitmqctl} go to a node; a file
 * that they name is given to it. All others go to a shell, in a folder that has the files of
 * {@code docs/rabbitmq}.
 */
final class Commands {
  private static final Path DOCS = Path.of("..", "docs");
  private static final String CTL = "rabbitmqctl ";

  /** What a shell takes for one word: quoted, or without spaces. */
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  private final RabbitNode node;
  private final Path folder;

  private Commands(RabbitNode node, Path folder) {
    this.node = node;
    this.folder = folder;
  }

  /** Runs commands against this node, and shell commands in this folder. */
  static Commands on(RabbitNode node, Path folder) throws IOException {
    Path copies = Files.createDirectories(folder.resolve("docs").resolve("rabbitmq"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(DOCS.resolve("rabbitmq"))) {
      for (Path file : files) {
        Files.copy(file, copies.resolve(file.getFileName()));
      }
    }
    return new Commands(node, folder);
  }

  /** The page. */
  static String page() throws IOException {
    return Files.readString(DOCS.resolve("rabbitmq.md"));
  }

  /** A block of the page, without comments and with continued lines joined. */
  static List<String> block(String name) throws IOException {
    MatchResult block = Pattern.compile(
            "<!-- run " + Pattern.quote(name) + " -->\n```sh\n(.*?)\n```", Pattern.DOTALL)
        .matcher(page())
        .results()
        .findFirst()
        .orElseThrow(() -> new AssertionError("docs/rabbitmq.md has no block '" + name + "'"));
    return block
        .group(1)
        .replace("\\\n", " ")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  /** Runs a block, and returns what its commands printed, one text each. */
  List<String> run(String name) throws IOException, InterruptedException {
    List<String> printed = new ArrayList<>();
    for (String line : block(name)) {
      printed.add(line.startsWith(CTL) ? ctl(words(line)) : shell(line));
    }
    return printed;
  }

  /** The words of a line, quotes taken away. */
  static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }

  private String ctl(List<String> words) {
    List<String> arguments = new ArrayList<>();
    for (String word : words.subList(1, words.size())) {
      Path file = folder.resolve(word);
      boolean given = Files.isRegularFile(file);
      if (given) {
        node.give(file);
      }
      arguments.add(given ? file.getFileName().toString() : word);
    }
    return node.ctl(arguments.toArray(String[]::new));
  }

  private String shell(String line) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "shell-", ".txt");
    Process shell = new ProcessBuilder("sh", "-c", line)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    assertThat(shell.waitFor(30, TimeUnit.SECONDS)).as(line).isTrue();
    assertThat(shell.exitValue()).as(line + "\n" + Files.readString(output)).isZero();
    return Files.readString(output);
  }
}
