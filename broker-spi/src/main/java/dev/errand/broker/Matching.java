package dev.errand.broker;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** RabbitMQ's matching rules as pure functions. */
final class Matching {
  private static final Pattern DOT = Pattern.compile("\\.");

  private Matching() {}

  static boolean matches(
      Binding.Match match, Exchange.Type type, String key, Map<String, Object> headers) {
    if (match instanceof Binding.AllOf all) {
      return all.headers().entrySet().stream().allMatch(wanted -> holds(headers, wanted));
    }
    if (match instanceof Binding.AnyOf any) {
      return any.headers().entrySet().stream().anyMatch(wanted -> holds(headers, wanted));
    }
    String pattern = ((Binding.Key) match).pattern();
    return switch (type) {
      case DIRECT -> pattern.equals(key);
      case FANOUT -> true;
      case TOPIC -> topic(words(pattern), words(key));
      case HEADERS -> false;
    };
  }

  /** The empty key has no words; everywhere else an empty word between dots is a word. */
  private static String[] words(String key) {
    return key.isEmpty() ? new String[0] : DOT.split(key, -1);
  }

  /**
   * Greedy with one point of return: after the last {@code #} seen, which then takes one word more.
   * Linear but for that, and no pattern explodes.
   */
  private static boolean topic(String[] pattern, String[] key) {
    int p = 0;
    int k = 0;
    int hash = -1;
    int taken = 0;
    while (k < key.length) {
      if (p < pattern.length && pattern[p].equals("#")) {
        hash = p++;
        taken = k;
      } else if (p < pattern.length && (pattern[p].equals("*") || pattern[p].equals(key[k]))) {
        p++;
        k++;
      } else if (hash >= 0) {
        p = hash + 1;
        k = ++taken;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p].equals("#")) {
      p++;
    }
    return p == pattern.length;
  }

  private static boolean holds(Map<String, Object> headers, Map.Entry<String, Object> wanted) {
    Object found = headers.get(wanted.getKey());
    return found != null && same(wanted.getValue(), found);
  }

  /**
   * Integers of every width compare by value, as they do on the server; all else by type and
   * content, and so do the elements of lists. Older servers look at the content alone: to them a
   * fraction is the integer of its value, and bytes are the text that they spell.
   */
  private static boolean same(Object wanted, Object found) {
    if (isWhole(wanted) && isWhole(found)) {
      return ((Number) wanted).longValue() == ((Number) found).longValue();
    }
    return sameElement(wanted, found);
  }

  private static boolean isWhole(Object value) {
    return value instanceof Integer || value instanceof Long;
  }

  private static boolean sameElement(Object wanted, Object found) {
    if (wanted instanceof List<?> one && found instanceof List<?> other) {
      return one.size() == other.size()
          && IntStream.range(0, one.size()).allMatch(i -> sameElement(one.get(i), other.get(i)));
    }
    return Objects.deepEquals(wanted, found);
  }
}
