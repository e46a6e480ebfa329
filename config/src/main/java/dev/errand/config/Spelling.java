package dev.errand.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
final class Spelling {
  private Spelling() {}

  /**
   * The known word that begins with this one, where there is one such; else the nearest, unless all
   * differ in more than a third of their letters.
   */
  static Optional<String> nearest(String word, Collection<String> known) {
    String begun = word.toLowerCase(Locale.ROOT);
    List<String> longer = known.stream()
        .filter(each -> each.toLowerCase(Locale.ROOT).startsWith(begun))
        .toList();
    if (longer.size() == 1) {
      return Optional.of(longer.get(0));
    }
    return known.stream()
        .min(Comparator.comparingInt(each -> distance(word, each)))
        .filter(each -> 3 * distance(word, each) <= each.length());
  }

  /** How many letters have to be changed, added or left out, whatever their case. */
  static int distance(String one, String other) {
    String from = one.toLowerCase(Locale.ROOT);
    String to = other.toLowerCase(Locale.ROOT);
    int[] above = new int[to.length() + 1];
    for (int column = 0; column < above.length; column++) {
      above[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] present = new int[above.length];
      present[0] = row;
      for (int column = 1; column < above.length; column++) {
        int changed = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
        present[column] = Math.min(changed, 1 + Math.min(above[column], present[column - 1]));
      }
      above = present;
    }
    return above[to.length()];
  }
}
