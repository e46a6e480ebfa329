package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** L: what arrives is what was sent. */
abstract class FidelityCases extends Cases {
  /** Of one to four bytes each, composed and not, from right to left, and with a line end. */
  private static final String TEXT = "aß€\uD83D\uDE00 e\u0301 \u05D0\u05D1 \u4E16\u754C\t\"\\\n'";

  FidelityCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("L1 Unicode in every text")
  void unicodeEverywhere() {
    Broker broker = bench().broker();
    String odd = "-ß€\uD83D\uDE00";
    Queue queue = Queue.named(bench().name("queue") + odd);
    Exchange exchange = Exchange.topic(bench().name("exchange") + odd);
    bench().declare(broker, queue, exchange, queue.boundTo(exchange, "key." + odd + ".#"));
    Message message = Message.of(TEXT, TEXT.getBytes(StandardCharsets.UTF_8))
        .type("type " + TEXT)
        .contentType("content " + TEXT)
        .correlationId("correlation " + TEXT)
        .replyTo("reply " + TEXT)
        .appId("app " + TEXT)
        .headers(Map.of("header " + TEXT, "value " + TEXT, "list", List.of(TEXT)))
        .build();

    Probe probe = bench().acking(broker, queue);
    for (Route route :
        List.of(Route.queue(queue.name()), Route.exchange(exchange, "key." + odd + "." + odd))) {
      bench().get(broker.publish(Publication.of(message, route)), "published to " + route);
    }

    bench().await("both arrive", () -> probe.count() == 2);
    for (Delivery delivery : probe.deliveries()) {
      assertThat(delivery.message()).usingRecursiveComparison().isEqualTo(message);
    }
  }

  @Test
  @DisplayName("L2 null removes a header")
  void nullRemovesAHeader() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    Message message = Bench.message("m")
        .copy()
        .headers(Map.of("stays", 1, "goes", "at once", "list", List.of("a")))
        .build();
    publish(broker, queue, message);
    bench().await("it arrives", () -> probe.count() == 1);

    Message copy = probe.last().message().copy().header("goes", null).build();
    bench().get(probe.last().replace(Publication.of(copy, Route.queue(queue.name()))), "replaced");

    bench().await("the copy arrives", () -> probe.count() == 2);
    assertThat(probe.last().message().headers())
        .containsOnlyKeys("stays", "list")
        .containsEntry("stays", 1);
  }

  @Test
  @DisplayName("L3 empty body")
  void emptyBody() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);

    publish(broker, queue, Message.of("m", new byte[0]).build());

    bench().await("it arrives", () -> probe.count() == 1);
    assertThat(probe.last().message().body()).isEmpty();
  }

  @Test
  @DisplayName("L4 a body of the declared maximum, and one byte more refused")
  void largestBody() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    int most = broker.capabilities().maxBodyBytes();
    byte[] largest = new byte[most];
    for (int i = 0; i < most; i += 997) {
      largest[i] = (byte) i;
    }
    Probe probe = bench().acking(broker, queue);

    publish(broker, queue, Message.of("largest", largest).build());
    Message beyond = Message.of("beyond", new byte[most + 1]).build();
    PublishException refused = bench()
        .failure(
            broker.publish(Publication.of(beyond, Route.queue(queue.name()))),
            PublishException.class);

    assertThat(refused.reason()).isEqualTo(PublishException.Reason.BEYOND_LIMIT);
    assertThat(refused).hasMessageContaining("" + (most + 1)).hasMessageContaining("" + most);
    bench().await("the largest arrives", () -> probe.count() == 1);
    assertThat(Arrays.equals(probe.last().message().body(), largest))
        .as("the body is intact")
        .isTrue();
  }

  @Test
  @DisplayName("L5 each header type, and an Instant in whole seconds")
  void eachHeaderType() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("empty", "");
    headers.put("string", TEXT);
    headers.put("least int", Integer.MIN_VALUE);
    headers.put("small", 1);
    headers.put("least long", Long.MIN_VALUE);
    headers.put("small long", 1L);
    headers.put("double", -0.1);
    headers.put("smallest double", Double.MIN_VALUE);
    headers.put("true", true);
    headers.put("false", false);
    headers.put("instant", Instant.parse("2026-02-03T04:05:06.789Z"));
    headers.put("before 1970", Instant.parse("1901-02-03T04:05:06Z"));
    headers.put("bytes", new byte[] {0, -1, 127, -128});
    headers.put("no bytes", new byte[0]);
    headers.put("list", List.of("a", 1, 2L, 0.5, true, List.of(), List.of("b", List.of(3))));
    Message message = Bench.message("m").copy().headers(headers).build();
    Probe probe = bench().acking(broker, queue);

    publish(broker, queue, message);

    bench().await("it arrives", () -> probe.count() == 1);
    Map<String, Object> arrived = probe.last().message().headers();
    assertThat(arrived).usingRecursiveComparison().isEqualTo(message.headers());
    headers.forEach((name, value) -> assertThat(arrived.get(name))
        .as("header '%s'", name)
        .hasSameClassAs(value instanceof List<?> ? arrived.get(name) : value));
    assertThat(arrived).containsEntry("instant", Instant.parse("2026-02-03T04:05:06Z"));
  }

  @Test
  @DisplayName("L7 content type kept")
  void contentTypeKept() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    String type = "application/vnd.example+json; charset=\"utf-8\"";
    publish(broker, queue, Bench.message("m").copy().contentType(type).build());
    bench().await("it arrives", () -> probe.count() == 1);

    bench().get(probe.last().release(), "released");

    bench().await("it arrives again", () -> probe.count() == 2);
    assertThat(probe.deliveries())
        .extracting(delivery -> delivery.message().contentType())
        .containsExactly(type, type);
    bench().get(probe.last().ack(), "acknowledged");
    publish(broker, queue, Bench.message("without"));
    bench().await("one without arrives", () -> probe.has("without"));
    assertThat(probe.last().message().contentType()).isNull();
  }

  @Test
  @DisplayName("L8 broker-owned headers are not seen and not copied")
  void brokersHeadersAreUnseen() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Probe probe = bench().holding(broker, queue, 1);
    Message message = Bench.message("m").copy().header("ours", 1).build();
    publish(broker, queue, message);
    bench().await("it arrives", () -> probe.count() == 1);
    bench().server().cutConnections();
    bench().await("it came back", () -> probe.count() == 2);
    bench().get(probe.last().reject(), "rejected");

    Queue overflow = Queue.named(Objects.requireNonNull(queue.overflow()));
    Probe moved = bench().holding(broker, overflow, 1);
    bench().await("it is in the overflow", () -> moved.count() == 1);
    bench().publishInTheEnd(broker, bench().queue(bench().broker()), "the way is free");
    Publication back = Publication.of(moved.last().message(), Route.queue(queue.name()));
    bench().get(moved.last().replace(back), "moved back as it came");

    bench().await("it arrives a third time", () -> probe.count() == 3);
    assertThat(probe.deliveries())
        .extracting(delivery -> delivery.message().headers())
        .containsOnly(Map.of("ours", 1));
    assertThat(moved.last().message().headers())
        .isEqualTo(Map.of("ours", 1, Message.BROKER_REASON, "rejected"));
  }

  private void publish(Broker broker, Queue queue, Message message) {
    bench()
        .get(
            broker.publish(Publication.of(message, Route.queue(queue.name()))),
            "published " + message.id());
  }
}
