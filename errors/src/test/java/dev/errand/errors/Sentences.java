package dev.errand.errors;

import java.util.List;

/** The sentences of a text. */
final class Sentences {
  private Sentences() {}

  static List<String> of(String text) {
    return List.of(text.split("(?<=\\.) (?=[A-Z])"));
  }
}
