package dev.errand.examples.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Lays text out in rows of a fixed number of columns, and rows on pages. Pure: no font, no file.
 *
 * @param columns how many characters a row holds
 * @param rows how many rows a page holds
 * @param drawable whether the font has a glyph for a code point
 */
record Typesetting(int columns, int rows, IntPredicate drawable) {
  /** Stands where the font has no glyph, so that a reader sees that something is missing. */
  static final String MISSING = "\uFFFD";

  private static final int TAB = 4;

  /** At least one page, also of an empty text. */
  List<List<String>> pages(String text) {
    List<String> all =
        text.lines().flatMap(line -> wrapped(drawn(line)).stream()).toList();
    List<List<String>> pages = new ArrayList<>();
    for (int from = 0; from == 0 || from < all.size(); from += rows) {
      pages.add(all.subList(from, Math.min(from + rows, all.size())));
    }
    return pages;
  }

  /** One line as it can be drawn: tabs as spaces, and a mark for what the font lacks. */
  String drawn(String line) {
    StringBuilder drawn = new StringBuilder();
    int column = 0;
    for (int c : line.codePoints().toArray()) {
      int width = c == '\t' ? TAB - column % TAB : 1;
      if (c == '\t') {
        drawn.append(" ".repeat(width));
      } else if (drawable.test(c)) {
        drawn.appendCodePoint(c);
      } else {
        drawn.append(MISSING);
      }
      column += width;
    }
    return drawn.toString();
  }

  /** Breaks after the last space of a full row, unless that leaves the row less than half full. */
  private List<String> wrapped(String line) {
    List<String> rows = new ArrayList<>();
    String rest = line;
    while (rest.codePointCount(0, rest.length()) > columns) {
      int end = rest.offsetByCodePoints(0, columns);
      int space = rest.lastIndexOf(' ', end - 1) + 1;
      int cut = space > end / 2 ? space : end;
      rows.add(rest.substring(0, cut));
      rest = rest.substring(cut);
    }
    rows.add(rest);
    return rows;
  }
}
