package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BindingTest {
  private static final Queue QUEUE = Queue.named("q");

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "a.b, a.b, true",
        "a.b, a.c, false",
        "*, a, true",
        "*, a.b, false",
        "*.b, a.b, true",
        "a.*.c, a.b.c, true",
        "a.*.c, a.c, false",
        "#, '', true",
        "#, a.b.c, true",
        "*, '', false",
        "a.#, a, true",
        "a.#, a.b.c, true",
        "#.c, a.b.c, true",
        "#.c, c, true",
        "#.c, a.b, false",
        "a.#.d, a.d, true",
        "a.#.d, a.b.c.d, true",
        "a.#.b.#.c, a.x.b.b.y.c, true",
        "#.#, a, true",
        "#.*, '', false",
        "a..b, a..b, true",
        "a.*.b, a..b, true",
        "ab, a, false"
      })
  void matches_topic_byWords(String pattern, String key, boolean expected) {
    Exchange topic = Exchange.topic("t");
    assertThat(QUEUE.boundTo(topic, pattern).matches(topic.type(), key, Map.of()))
        .isEqualTo(expected);
  }

  @Test
  void binding_beyondAFrame_isRefused() {
    Binding.Key longest = new Binding.Key("k".repeat(255));
    assertThat(longest.pattern()).hasSize(255);
    assertThatThrownBy(() -> new Binding.Key("k".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("256 bytes");
    Map<String, Object> large = Map.of("h", "v".repeat(Capabilities.MAX_HEADER_BYTES));
    assertThatThrownBy(() -> new Binding.AllOf(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65543 bytes");
    assertThatThrownBy(() -> new Binding.AnyOf(large)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void matches_direct_byTheWholeKey() {
    Binding binding = QUEUE.boundTo(Exchange.direct("d"), "a.*");
    assertThat(binding.matches(Exchange.Type.DIRECT, "a.*", Map.of())).isTrue();
    assertThat(binding.matches(Exchange.Type.DIRECT, "a.b", Map.of())).isFalse();
  }

  @Test
  void matches_fanout_always() {
    assertThat(
            QUEUE.boundTo(Exchange.fanout("f"), "x").matches(Exchange.Type.FANOUT, "y", Map.of()))
        .isTrue();
  }

  @Test
  void matches_headers_allOrAny() {
    Exchange exchange = Exchange.headers("h");
    Map<String, Object> wanted = Map.of("a", 1, "b", "two");
    Binding all = QUEUE.boundTo(exchange, new Binding.AllOf(wanted));
    Binding any = QUEUE.boundTo(exchange, new Binding.AnyOf(wanted));
    assertThat(all.matches(exchange.type(), "", Map.of("a", 1L, "b", "two", "c", true)))
        .isTrue();
    assertThat(all.matches(exchange.type(), "", Map.of("a", 1))).isFalse();
    assertThat(any.matches(exchange.type(), "", Map.of("a", 1))).isTrue();
    assertThat(any.matches(exchange.type(), "", Map.of("a", "1"))).isFalse();
  }

  @Test
  void matches_headersOfEachType_byValue() {
    Exchange exchange = Exchange.headers("h");
    Map<String, Object> values =
        Map.of("bytes", new byte[] {1}, "list", List.of("x", 1), "truth", true, "part", 0.5);
    Binding all = QUEUE.boundTo(exchange, new Binding.AllOf(values));
    assertThat(all.matches(
            exchange.type(),
            "",
            Map.of("bytes", new byte[] {1}, "list", List.of("x", 1), "truth", true, "part", 0.5)))
        .isTrue();
    assertThat(all.matches(
            exchange.type(),
            "",
            Map.of("bytes", new byte[] {2}, "list", List.of("x", 1), "truth", true, "part", 0.5)))
        .isFalse();
  }

  @ParameterizedTest
  @MethodSource
  void headers_withATime_areRefused(Object value) {
    Map<String, Object> headers = Map.of("until", value);
    assertThatThrownBy(() -> new Binding.AllOf(headers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'until'")
        .hasMessageContaining("2026-02-03T04:05:06Z")
        .hasMessageContaining("milliseconds");
    assertThatThrownBy(() -> new Binding.AnyOf(headers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'until'");
  }

  static List<Object> headers_withATime_areRefused() {
    Instant time = Instant.parse("2026-02-03T04:05:06Z");
    return List.of(time, List.of("since", time), List.of(List.of(time)));
  }

  @Test
  void matches_noHeadersWanted_allMatchesAndAnyDoesNot() {
    assertThat(new Binding("e", "q", new Binding.AllOf(Map.of()))
            .matches(Exchange.Type.HEADERS, "", Map.of()))
        .isTrue();
    assertThat(new Binding("e", "q", new Binding.AnyOf(Map.of()))
            .matches(Exchange.Type.HEADERS, "", Map.of()))
        .isFalse();
  }

  @Test
  void boundTo_wrongKindOfMatch_isRefused() {
    assertThatThrownBy(() -> QUEUE.boundTo(Exchange.headers("h"), "key"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HEADERS exchange 'h'");
    assertThatThrownBy(() -> QUEUE.boundTo(Exchange.topic("t"), new Binding.AllOf(Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("every other a key");
  }
}
