package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.WireFormat;
import dev.errand.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** A job that is enqueued in memory lies in its queue as it was given. */
class JobRoundTripPropertyTest {
  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06.789Z");
  private static final Task<Order> TASK = Task.of("orders.ship", Order.class).on("orders");

  record Order(
      String name,
      @Nullable String note,
      long number,
      double weight,
      boolean urgent,
      List<String> lines,
      Map<String, Integer> counts,
      Instant at,
      Duration within,
      @Nullable Order part) {}

  private static Arbitrary<String> texts() {
    Arbitrary<String> letters = Arbitraries.strings()
        .withCharRange('\u0000', '\ud7ff')
        .withCharRange('\ue000', '\uffff')
        .ofMaxLength(20);
    return Arbitraries.oneOf(
        letters, Arbitraries.of("", "\u0000", "\"\\", "漢字", "e\u0301", "\ud83d\ude80"));
  }

  private static Arbitrary<Instant> instants() {
    return Arbitraries.longs()
        .between(-100_000_000_000L, 100_000_000_000L)
        .map(seconds -> Instant.ofEpochSecond(seconds, Math.floorMod(seconds, 1_000_000_000)));
  }

  @Provide
  Arbitrary<Order> orders() {
    Arbitrary<Order> whole = orders(Arbitraries.just(null));
    return orders(whole.injectNull(0.5));
  }

  private static Arbitrary<Order> orders(Arbitrary<@Nullable Order> parts) {
    return Combinators.combine(
            texts(),
            texts().injectNull(0.3),
            Arbitraries.longs(),
            Arbitraries.doubles().between(-Double.MAX_VALUE, Double.MAX_VALUE),
            texts().list().ofMaxSize(3),
            Arbitraries.maps(texts(), Arbitraries.integers()).ofMaxSize(3),
            instants(),
            parts)
        .as((name, note, number, weight, lines, counts, at, part) -> new Order(
            name,
            note,
            number,
            weight,
            number % 2 == 0,
            lines,
            counts,
            at,
            Duration.ofSeconds(number / 1_000, Math.floorMod(number, 1_000)),
            part));
  }

  @Provide
  Arbitrary<Map<String, Object>> headers() {
    Arbitrary<Object> values = Arbitraries.oneOf(
        texts().asGeneric(),
        Arbitraries.integers().asGeneric(),
        Arbitraries.longs().asGeneric(),
        Arbitraries.of(true, false).asGeneric());
    return Arbitraries.maps(texts().map(text -> "h" + text), values).ofMaxSize(4);
  }

  @Provide
  Arbitrary<Duration> delays() {
    return Arbitraries.longs().between(-1_000, 10_000_000).map(Duration::ofMillis);
  }

  @Property(tries = 500)
  void job_enqueued_liesInItsQueueAsItWasGiven(
      @ForAll("orders") Order order,
      @ForAll("headers") Map<String, Object> headers,
      @ForAll("delays") Duration delay) {
    ManualTime time = ManualTime.startingAt(NOW);
    try (Broker broker = Broker.open("memory:", time)) {
      EnqueueOptions options = EnqueueOptions.in(delay).id("id").correlationId("correlation");
      for (Map.Entry<String, Object> header : headers.entrySet()) {
        options = options.header(header.getKey(), header.getValue());
      }

      TaskClient.on(broker).enqueue(TASK, order, options);
      time.advance(Duration.ofDays(1));

      Message message = broker.inspect("orders", 1).join().head().get(0);
      assertThat(PayloadCodec.json().read(message.body(), Order.class)).isEqualTo(order);
      assertThat(message.type()).isEqualTo("orders.ship");
      assertThat(message.id()).isEqualTo("id");
      assertThat(message.correlationId()).isEqualTo("correlation");
      assertThat(message.timestamp()).isEqualTo(NOW.truncatedTo(ChronoUnit.SECONDS));
      assertThat(message.headers())
          .containsAllEntriesOf(headers)
          .containsEntry(WireFormat.ENQUEUED_AT, NOW.toEpochMilli())
          .containsEntry(WireFormat.QUEUE, "orders")
          .hasSize(headers.size() + (delay.isNegative() || delay.isZero() ? 2 : 3));
      if (!delay.isNegative() && !delay.isZero()) {
        assertThat(message.headers())
            .containsEntry(WireFormat.DUE_AT, NOW.plus(delay).toEpochMilli());
      }
    }
  }
}
