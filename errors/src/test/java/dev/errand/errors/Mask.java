package dev.errand.errors;

import static java.util.stream.Collectors.joining;

/** Puts fixed values where a text differs from run to run, or from server to server. */
final class Mask {
  private static final String OF_GUICE = "Unable to create injector";

  private Mask() {}

  static String of(String text) {
    return (text.startsWith(OF_GUICE) ? withoutPlaces(text) : text)
        .replaceAll("(127\\.0\\.0\\.1|localhost):\\d+", "$1:5672")
        .replaceAll("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}", "job-1")
        .replaceAll("file /\\S+/", "file /srv/shop/")
        .replaceAll("NotAfter: .*? \\d{4}", "NotAfter: Sat Jan 03 10:00:00 UTC 2026")
        .replaceAll("(?<=\\.java:)\\d+", "20")
        // What a system says of a cut connection depends on what was on its way.
        .replaceAll("\\((EOFException|Broken pipe|Connection reset)\\)", "(Connection reset)")
        // Servers from 3.12 on say which.
        .replaceAll("(configure|write|read) access to", "access to");
  }

  /** Guice adds to each error its place in classes, and a legend of their names. */
  private static String withoutPlaces(String text) {
    return text.lines()
        .filter(line -> line.startsWith(OF_GUICE) || line.matches("\\d+\\) .*"))
        .collect(joining("\n"));
  }
}
