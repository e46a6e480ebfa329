package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** C: receive and settle. */
abstract class SettleCases extends Cases {
  private static final int RELEASES = 200;

  SettleCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("C1 a delivery bears id, type, headers, body, times as published")
  void deliveryBearsAll() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Message message = Message.of("id-1", new byte[] {0, 1, -1, 127, -128})
        .type("documents.render")
        .contentType("application/octet-stream")
        .timestamp(Instant.parse("2026-02-03T04:05:06Z"))
        .correlationId("correlation")
        .replyTo("reply")
        .appId("app")
        .headers(Map.of(
            "string",
            "Grüße, 世界 \uD83D\uDE00",
            "int",
            42,
            "long",
            1L << 40,
            "double",
            1.5,
            "boolean",
            true,
            "instant",
            Instant.parse("2026-02-03T04:05:06Z"),
            "bytes",
            new byte[] {1, 2, 3},
            "list",
            List.of("a", 1, true)))
        .build();

    bench().get(broker.publish(Publication.of(message, Route.queue(queue.name()))), "published");
    Probe probe = bench().acking(broker, queue);

    bench().await("it arrives", () -> probe.count() == 1);
    assertThat(probe.delivery(0).message()).usingRecursiveComparison().isEqualTo(message);
  }

  @Test
  @DisplayName("C2 an empty queue delivers nothing")
  void emptyQueueDeliversNothing() {
    Broker broker = bench().broker();
    Queue empty = bench().queue(broker);
    Queue other = bench().queue(broker);
    Probe probe = bench().holding(broker, empty, 10);

    bench().publish(broker, other, "m1", "m2", "m3");

    bench().watch("nothing arrives", Duration.ofMillis(300), () -> probe.count() == 0);
    assertThat(bench().drain(other)).containsExactly("m1", "m2", "m3");
    assertThat(probe.count()).isZero();
  }

  @Test
  @DisplayName("C3 ack removes")
  void ackRemoves() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 10);
    bench().publish(broker, queue, "m1", "m2", "m3");
    bench().await("three arrive", () -> probe.count() == 3);

    probe.deliveries().forEach(delivery -> bench().get(delivery.ack(), "acknowledged"));

    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
  }

  @Test
  @DisplayName("C4 replace by an undelayed copy: the copy is delivered, the original gone")
  void replacePutsTheCopyInPlace() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);
    Message copy = probe.last().message().copy().header("copy", 1).build();

    bench().get(probe.last().replace(Publication.of(copy, Route.queue(queue.name()))), "replaced");

    bench().await("the copy arrives", () -> probe.count() == 2);
    assertThat(probe.last().message()).usingRecursiveComparison().isEqualTo(copy);

    // More than may be published: what arrived has room for a failure's facts.
    String facts = "v".repeat(Capabilities.MAX_COPY_HEADER_BYTES - 100);
    Message large = copy.copy().header("facts", facts).build();
    bench().get(probe.last().replace(Publication.of(large, Route.queue(queue.name()))), "replaced");

    bench().await("the large copy arrives", () -> probe.count() == 3);
    assertThat(probe.last().message()).usingRecursiveComparison().isEqualTo(large);
    bench().get(probe.last().ack(), "acknowledged");
    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
  }

  @Test
  @DisplayName("C5 release: delivered again, redeliveries() 0, also after 200 times, and not dead")
  void releaseIsNeverCounted() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    List<CompletableFuture<Void>> verbs = new CopyOnWriteArrayList<>();
    Probe probe = bench().probe(delivery -> {
      if (verbs.size() < RELEASES) {
        verbs.add(delivery.release());
      }
    });
    bench().consume(broker, queue, 1, probe);

    bench().publish(broker, queue, "m");

    bench().await("it came " + RELEASES + " times again", () -> probe.count() == RELEASES + 1);
    verbs.forEach(verb -> bench().get(verb, "released"));
    assertThat(probe.deliveries()).extracting(Delivery::redeliveries).containsOnly(0);
    bench().get(probe.last().ack(), "acknowledged");
    assertThat(bench().get(broker.inspect(overflowOf(queue), 0), "inspected").ready())
        .isZero();
    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
  }

  @Test
  @DisplayName("C6 replace into another queue moves")
  void replaceMoves() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Queue elsewhere = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);

    bench().get(probe.last().replace(Bench.to(elsewhere, "copy")), "replaced");

    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
    assertThat(bench().drain(elsewhere)).containsExactly("copy");
  }

  @Test
  @DisplayName("C7 a second verb is refused locally; the subscription lives on")
  void secondVerbIsRefused() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);
    Delivery delivery = probe.last();

    CompletableFuture<Void> first = delivery.ack();
    List<CompletableFuture<Void>> second = List.of(
        delivery.ack(),
        delivery.release(),
        delivery.replace(Bench.to(queue, "copy")),
        delivery.reject());

    bench().get(first, "acknowledged");
    for (CompletableFuture<Void> verb : second) {
      assertThat(bench().failure(verb, SettleException.class).reason())
          .isEqualTo(SettleException.Reason.SETTLED_BEFORE);
    }
    bench().publish(broker, queue, "next");
    bench().await("the next arrives", () -> probe.has("next"));
    assertThat(probe.ids()).containsExactly("m", "next");
    bench().get(probe.last().ack(), "acknowledged");
    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
    assertThat(bench().drain(Queue.named(overflowOf(queue)))).isEmpty();
  }

  @Test
  @DisplayName("C8 verbs from any thread")
  void verbsFromAnyThread() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Queue elsewhere = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 10);
    bench().publish(broker, queue, "ack", "release", "replace", "reject");
    bench().await("four arrive", () -> probe.count() == 4);
    List<CompletableFuture<Void>> verbs = new ArrayList<>();

    verbs.add(bench().aside(() -> probe.delivery(0).ack().join()));
    verbs.add(bench().aside(() -> probe.delivery(1).release().join()));
    verbs.add(bench()
        .aside(() -> probe.delivery(2).replace(Bench.to(elsewhere, "copy")).join()));
    verbs.add(bench().aside(() -> probe.delivery(3).reject().join()));

    verbs.forEach(verb -> bench().get(verb, "settled from its own thread"));
    bench().await("the released one is back", () -> probe.count() == 5);
    assertThat(probe.last().message().id()).isEqualTo("release");
    CompletableFuture<Void> last = bench().aside(() -> probe.last().ack().join());
    bench().get(last, "acknowledged");
    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
    assertThat(bench().drain(elsewhere)).containsExactly("copy");
    assertThat(bench().drainMoved(Queue.named(overflowOf(queue)))).containsExactly("reject");
  }

  @Test
  @DisplayName("C9 verbs while paused")
  void verbsWhilePaused() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Queue elsewhere = bench().queue(broker);
    Probe probe = bench().probe(delivery -> {});
    Subscription subscription = bench().consume(broker, queue, 4, probe);
    bench().publish(broker, queue, "ack", "release", "replace", "reject");
    bench().await("four arrive", () -> probe.count() == 4);
    bench().get(subscription.pause(), "paused");

    bench().get(probe.delivery(0).ack(), "acknowledged while paused");
    bench().get(probe.delivery(1).release(), "released while paused");
    bench().get(probe.delivery(2).replace(Bench.to(elsewhere, "copy")), "replaced while paused");
    bench().get(probe.delivery(3).reject(), "rejected while paused");

    assertThat(probe.count()).isEqualTo(4);
    broker.close();
    assertThat(bench().drain(queue)).containsExactly("release");
    assertThat(bench().drain(elsewhere)).containsExactly("copy");
    assertThat(bench().drainMoved(Queue.named(overflowOf(queue)))).containsExactly("reject");
  }

  private static String overflowOf(Queue queue) {
    return Objects.requireNonNull(queue.overflow());
  }
}
