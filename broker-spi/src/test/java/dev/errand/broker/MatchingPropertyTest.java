package dev.errand.broker;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The matching rules against an oracle that is plainly right, and slow. */
class MatchingPropertyTest {
  private static final List<String> WORDS = List.of("a", "b", "ab", "");

  @Provide
  Arbitrary<String> keys() {
    return dotted(Arbitraries.of(WORDS));
  }

  @Provide
  Arbitrary<String> patterns() {
    return dotted(Arbitraries.of("a", "b", "ab", "", "*", "*", "#", "#"));
  }

  private static Arbitrary<String> dotted(Arbitrary<String> words) {
    return words.list().ofMaxSize(7).map(list -> String.join(".", list));
  }

  @Property(tries = 20_000)
  void topic_matchesAsTheOracleDoes(
      @ForAll("patterns") String pattern, @ForAll("keys") String key) {
    Binding binding = new Binding("e", "q", new Binding.Key(pattern));

    assertThat(binding.matches(Exchange.Type.TOPIC, key, Map.of()))
        .as("'%s' by '%s'", key, pattern)
        .isEqualTo(topic(words(pattern), words(key)));
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(Pattern.compile("\\.").split(text, -1));
  }

  private static boolean topic(List<String> pattern, List<String> key) {
    if (pattern.isEmpty()) {
      return key.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.get(0).equals("#")) {
      return topic(rest, key) || (!key.isEmpty() && topic(pattern, key.subList(1, key.size())));
    }
    return !key.isEmpty()
        && (pattern.get(0).equals("*") || pattern.get(0).equals(key.get(0)))
        && topic(rest, key.subList(1, key.size()));
  }

  /** Each text stands for one value, in several shapes that count as the same. */
  private static final Map<String, List<?>> SHAPES = Map.of(
      "one", List.of(1, 1L),
      "large", List.of(1L << 40),
      "text of one", List.of("1"),
      "one as a fraction", List.of(1.0),
      "one and a half", List.of(1.5),
      "yes", List.of(true),
      "text of yes", List.of("true"),
      "bytes", List.of(new byte[] {1, 2}, new byte[] {1, 2}),
      "list of one", List.of(List.of(1)),
      "list", List.of(List.of("a", new byte[] {1}), List.of("a", new byte[] {1})));

  /** A value by the text that it stands for, and which of its shapes. */
  record Shaped(String meaning, int shape) {
    Object value() {
      List<?> shapes = SHAPES.get(meaning);
      return shapes.get(shape % shapes.size());
    }
  }

  @Provide
  Arbitrary<Map<String, Shaped>> headers() {
    Arbitrary<Shaped> values = Arbitraries.of(SHAPES.keySet())
        .flatMap(meaning -> Arbitraries.of(0, 1).map(shape -> new Shaped(meaning, shape)));
    return Arbitraries.maps(Arbitraries.of("k", "l", "m"), values);
  }

  @Property(tries = 20_000)
  void headers_matchAsTheOracleDoes(
      @ForAll("headers") Map<String, Shaped> wanted, @ForAll("headers") Map<String, Shaped> sent) {
    long same = wanted.keySet().stream()
        .filter(name -> sent.containsKey(name)
            && sent.get(name).meaning().equals(wanted.get(name).meaning()))
        .count();

    assertThat(matches(new Binding.AllOf(values(wanted)), values(sent)))
        .isEqualTo(same == wanted.size());
    assertThat(matches(new Binding.AnyOf(values(wanted)), values(sent))).isEqualTo(same > 0);
  }

  private static boolean matches(Binding.Match match, Map<String, Object> headers) {
    return new Binding("e", "q", match).matches(Exchange.Type.HEADERS, "", headers);
  }

  private static Map<String, Object> values(Map<String, Shaped> headers) {
    return headers.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, e -> e.getValue().value()));
  }
}
