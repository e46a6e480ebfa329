package dev.errand.worker;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The steps that a diagram of the architecture's page draws. */
final class Diagram {
  private static final Pattern STEP = Pattern.compile(" *([A-Z_]+) --> ([A-Z_]+)(: .*)?");

  private Diagram() {}

  /** From each state those that follow it, by the diagram under this heading. */
  static Map<String, Set<String>> under(String heading) {
    try {
      List<String> lines = Files.readAllLines(Path.of("../docs/architecture.md"));
      return lines.stream()
          .dropWhile(line -> !line.equals(heading))
          .skip(1)
          .takeWhile(line -> !line.startsWith("## "))
          .map(STEP::matcher)
          .filter(Matcher::matches)
          .collect(groupingBy(step -> step.group(1), mapping(step -> step.group(2), toSet())));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
