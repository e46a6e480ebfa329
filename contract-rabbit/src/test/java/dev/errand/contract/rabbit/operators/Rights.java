package dev.errand.contract.rabbit.operators;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a user may do, as the three regular expressions of {@code set_permissions}. */
record Rights(String configure, String write, String read) {
  /** These rights but one, and which that is. */
  record Lacking(String what, Rights rights) {}

  /** Those that the last line of a block grants which grants any. */
  static Rights grantedBy(List<String> block) {
    List<String> words = block.stream()
        .map(Commands::words)
        .filter(line -> line.get(1).equals("set_permissions"))
        .reduce((before, last) -> last)
        .orElseThrow();
    return new Rights(words.get(5), words.get(6), words.get(7));
  }

  /** Once for each right that they give on any of these; those on the delay parts are one each. */
  List<Lacking> withoutOne(Set<String> names) {
    return Stream.of(
            less("configure", configure, names, less -> new Rights(less, write, read)),
            less("write", write, names, less -> new Rights(configure, less, read)),
            less("read", read, names, less -> new Rights(configure, write, less)))
        .flatMap(each -> each)
        .toList();
  }

  private static Stream<Lacking> less(
      String kind, String granted, Set<String> names, Function<String, Rights> rights) {
    return names.stream()
        .filter(name -> Pattern.compile(granted).matcher(name).find())
        .map(name -> name.replaceFirst("\\.delay\\.\\d$", ".delay.N"))
        .map(name -> name.replaceFirst("\\.delay\\.\\d\\.\\d$", ".delay.N.N"))
        .distinct()
        .map(name -> new Lacking(kind + " on " + name, rights.apply(allBut(name) + granted)));
  }

  private static String allBut(String name) {
    return "(?!^" + name.replace(".", "\\.").replace("N", "\\d") + "$)";
  }
}
