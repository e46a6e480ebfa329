package dev.errand.architecture;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of Markdown, held against the files that it speaks of. A sample of Java stands below a
 * comment that names its file and a region of it, as {@code <!-- FILE#REGION -->}; in the file
 * {@code // @start region="REGION"} and {@code // @end} mark it.
 *
 * @param root what the names of a sample's files begin at
 * @param file where the page is
 */
record Page(Path root, Path file, List<String> lines) {

  private static final Pattern LINK =
      Pattern.compile("\\[([^]]*)]\\(([^)#\\s]*)(?:#([^)\\s]*))?[^)]*\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?)[ #]*");
  private static final Pattern ID = Pattern.compile("<[^>]+ (?:id|name)=\"([^\"]+)\"");
  private static final Pattern ARROW = Pattern.compile(" *([a-z-]+) --> ([a-z-]+)");
  private static final Pattern SAMPLE = Pattern.compile("<!-- (\\S+)#(\\S+) -->");

  static Page read(Path root, Path file) throws IOException {
    return new Page(root, file, Files.readAllLines(file));
  }

  /** How many of its links lead into the project: to a file, or to a place in a page. */
  int links() {
    return (int) allLinks().count();
  }

  /**
   * Links to a file, or to a heading of a page, that is not there, and links whose text has, in
   * code style, a word that the Java file behind them has not: one line for each.
   */
  List<String> brokenLinks() throws IOException {
    List<String> broken = new ArrayList<>();
    for (MatchResult link : allLinks().toList()) {
      Path target = link.group(2).isEmpty() ? file : file.resolveSibling(link.group(2));
      String anchor = link.group(3);
      if (!Files.exists(target)) {
        broken.add("%s links to %s, which is not there".formatted(name(), link.group(2)));
      } else if (target.toString().endsWith(".md")) {
        if (anchor != null && !read(root, target).anchors().contains(anchor)) {
          broken.add("%s: there is no heading for #%s in %s"
              .formatted(name(), anchor, target.getFileName()));
        }
      } else if (target.toString().endsWith(".java")) {
        String code = Files.readString(target);
        wordsOf(link.group(1))
            .filter(word -> !Pattern.compile("\\b" + word + "\\b").matcher(code).find())
            .forEach(word ->
                broken.add("%s: there is no %s in %s".formatted(name(), word, link.group(2))));
      }
    }
    return broken;
  }

  private Stream<MatchResult> allLinks() {
    return LINK.matcher(String.join("\n", lines))
        .results()
        .filter(link -> !link.group(2).isEmpty() || link.group(3) != null)
        .filter(link -> !ELSEWHERE.matcher(link.group(2)).matches());
  }

  /**
   * What a link may name behind {@code #}: its headings as GitHub makes anchors of them, and ids.
   */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    boolean inCode = false;
    for (String line : lines) {
      inCode ^= line.strip().startsWith("```");
      Matcher heading = HEADING.matcher(line);
      if (!inCode && heading.matches()) {
        String anchor = anchorOf(heading.group(1));
        String unique = anchor;
        for (int again = 1; !anchors.add(unique); again++) {
          unique = anchor + "-" + again;
        }
      }
      ID.matcher(line).results().forEach(id -> anchors.add(id.group(1)));
    }
    return anchors;
  }

  private static String anchorOf(String heading) {
    return LINK.matcher(heading)
        .replaceAll("$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  private static Stream<String> wordsOf(String text) {
    return QUOTED
        .matcher(text)
        .results()
        .flatMap(quoted -> Stream.of(quoted.group(1).split("\\W+")));
  }

  /** How many samples of Java it has. */
  int samples() {
    return (int) lines.stream().filter(Page::opensJava).count();
  }

  /** Samples of Java that are no region of a file, or differ from it: one line for each. */
  List<String> samplesThatDiffer() throws IOException {
    List<String> differences = new ArrayList<>();
    for (int at = 0; at < lines.size(); at++) {
      if (!opensJava(lines.get(at))) {
        continue;
      }
      Matcher region = SAMPLE.matcher(at == 0 ? "" : lines.get(at - 1));
      if (!region.matches()) {
        differences.add("%s:%d has a sample of no region".formatted(name(), at + 1));
      } else if (!sampleAfter(at).equals(region(region.group(1), region.group(2)))) {
        differences.add(
            "%s:%d differs from %s#%s".formatted(name(), at + 1, region.group(1), region.group(2)));
      }
    }
    return differences;
  }

  private static boolean opensJava(String line) {
    return line.strip().startsWith("```java");
  }

  private String sampleAfter(int fence) {
    return lines.stream()
        .skip(fence + 1)
        .takeWhile(line -> !line.strip().equals("```"))
        .collect(joining("\n"));
  }

  /** The marked lines, moved to the left margin; empty where there are none. */
  private String region(String source, String region) throws IOException {
    Path code = root.resolve(source);
    return !Files.exists(code)
        ? ""
        : Files.readAllLines(code).stream()
            .dropWhile(line -> !line.strip().equals("// @start region=\"" + region + "\""))
            .skip(1)
            .takeWhile(line -> !line.strip().equals("// @end"))
            .collect(joining("\n"))
            .stripIndent();
  }

  /** What its graphs draw an arrow to, for each module. */
  Map<String, Set<String>> arrows() {
    return lines.stream()
        .map(ARROW::matcher)
        .filter(Matcher::matches)
        .collect(groupingBy(arrow -> arrow.group(1), mapping(arrow -> arrow.group(2), toSet())));
  }

  private Path name() {
    return root.relativize(file);
  }
}
