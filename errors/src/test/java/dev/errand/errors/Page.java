package dev.errand.errors;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The page: an introduction written by hand, and chapters written by the tests.
 *
 * @param parts the introduction, then each chapter with its heading
 */
record Page(List<String> parts) {
  static final String NAME = "docs/errors.md";

  /** In the order of the page. */
  static final List<String> CHAPTERS = List.of(
      "Addresses",
      "Configuration",
      "Connecting",
      "TLS",
      "Topology",
      "Enqueue",
      "Enqueue during an outage",
      "Worker",
      "Closing a worker",
      "Dead letters",
      "Guice");

  private static final Path FILE = Path.of("..").resolve(NAME);
  private static final String CHAPTER = "## ";

  /** The second of several faults, as a configuration and Guice list them. */
  private static final Pattern SEVERAL = Pattern.compile("\n2\\) |has \\d+ faults:\n");

  /** A failure as the page tells it. */
  record Entry(String when, String by, String bound, String remedy, String message) {
    private String row() {
      String whole = SEVERAL.matcher(message).find() ? "See each." : remedy;
      return "| [" + when + "](#" + anchor() + ") | " + by + " | " + bound + " | "
          + whole.replace("|", "\\|") + " |\n";
    }

    private String anchor() {
      return when.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }

    private String text() {
      boolean list = message.contains("\n");
      return "### " + when + "\n\n" + by + ", " + bound + ":\n\n```\n"
          + (list ? message : String.join("\n", Sentences.of(message))) + "\n```\n";
    }
  }

  List<String> titles() {
    return found("## (.*)");
  }

  List<String> headings() {
    return found("### (.*)");
  }

  List<String> messages() {
    return found("(?s)```\\n(.*?)\\n```");
  }

  private List<String> found(String pattern) {
    return Pattern.compile("(?m)^" + pattern)
        .matcher(String.join("", parts))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  static Page read() throws IOException {
    return new Page(List.of(Files.readString(FILE).split("(?m)^(?=" + CHAPTER + ")")));
  }

  /** A chapter, with its heading; empty where there is none. */
  String chapter(String title) {
    return parts.stream().filter(part -> isChapter(part, title)).findFirst().orElse("");
  }

  private static boolean isChapter(String part, String title) {
    return part.startsWith(CHAPTER + title + "\n");
  }

  /** This page with a chapter as it should be. */
  Page with(String title, List<Entry> entries) {
    List<String> changed = new ArrayList<>(parts.subList(0, 1));
    for (String each : CHAPTERS) {
      changed.add(each.equals(title) ? rendered(title, entries) : chapter(each));
    }
    return new Page(changed);
  }

  static String rendered(String title, List<Entry> entries) {
    return CHAPTER + title + "\n\n| when | you get | bound | remedy |\n|---|---|---|---|\n"
        + entries.stream().map(Entry::row).collect(joining()) + "\n"
        + entries.stream().map(Entry::text).collect(joining("\n"))
        + (title.equals(CHAPTERS.get(CHAPTERS.size() - 1)) ? "" : "\n");
  }

  void write() throws IOException {
    Files.writeString(FILE, String.join("", parts));
  }
}
