package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What stands on the server is wire format: a change here breaks every deployment, and needs new
 * names.
 */
class ServerPartsTest {
  @Test
  void queue_withOverflow_isPinned() {
    assertThat(ServerParts.queue(Queue.named("q").overflow("q.dead")))
        .isEqualTo(Map.of(
            "x-queue-type", "quorum",
            "x-delivery-limit", 100,
            "x-overflow", "reject-publish",
            "x-dead-letter-exchange", "errand.overflow",
            "x-dead-letter-routing-key", "q",
            "x-dead-letter-strategy", "at-least-once"));
  }

  @Test
  void lane_isPinned() {
    assertThat(ServerParts.queue(Queue.named("q.returned").overflow("q.dead")))
        .isEqualTo(Map.of(
            "x-queue-type", "quorum",
            "x-delivery-limit", 100,
            "x-overflow", "reject-publish",
            "x-dead-letter-exchange", "errand.overflow",
            "x-dead-letter-routing-key", "q.returned",
            "x-dead-letter-strategy", "at-least-once"));
    assertThat(ServerParts.deliverPattern("q.returned")).isEqualTo("*.*.*.*.*.*.*.*.*.q.returned");
  }

  @Test
  void queue_withoutOverflow_isPinned() {
    Map<String, Object> expected = Map.of("x-queue-type", "quorum", "x-delivery-limit", 1_000_000);
    assertThat(ServerParts.queue(Queue.named("q.dead"))).isEqualTo(expected);
    assertThat(ServerParts.keeping()).isEqualTo(expected);
  }

  @Test
  void names_arePinned() {
    assertThat(ServerParts.OVERFLOW).isEqualTo("errand.overflow");
    assertThat(ServerParts.UNROUTABLE).isEqualTo("errand.unroutable");
    assertThat(ServerParts.DELIVER).isEqualTo("errand.deliver");
    assertThat(ServerParts.dueQueue(Route.queue("q"))).isEqualTo("q");
    assertThat(ServerParts.dueQueue(Route.exchange(Exchange.fanout("a.b"), "k")))
        .isEqualTo("errand.relay.a.b");
    assertThat(ServerParts.delayExchange(8)).isEqualTo("errand.delay.8");
    assertThat(ServerParts.delayQueue(3, 7)).isEqualTo("errand.delay.3.7");
    assertThat(ServerParts.exchange()).isEqualTo(Map.of("alternate-exchange", "errand.unroutable"));
  }

  @Test
  void delayQueue_isPinned() {
    assertThat(ServerParts.delayQueueArguments(0, 1))
        .isEqualTo(Map.of(
            "x-queue-type", "quorum",
            "x-message-ttl", 100L,
            "x-overflow", "reject-publish",
            "x-dead-letter-exchange", "errand.deliver",
            "x-dead-letter-strategy", "at-least-once"));
    assertThat(ServerParts.delayQueueArguments(8, 9))
        .containsEntry("x-message-ttl", 90_000_000_000L)
        .containsEntry("x-dead-letter-exchange", "errand.delay.7");
  }

  @Test
  void patterns_arePinned() {
    assertThat(ServerParts.delayPattern(8, 3)).isEqualTo("3.#");
    assertThat(ServerParts.delayPattern(0, 0)).isEqualTo("*.*.*.*.*.*.*.*.0.#");
    assertThat(ServerParts.deliverPattern("a.b")).isEqualTo("*.*.*.*.*.*.*.*.*.a.b");
  }

  @Test
  void addressOfADelayThroughAnExchange_isPinned() {
    DelayKey second = DelayKey.of(Duration.ofSeconds(1));
    assertThat(Address.later(second, Route.exchange(Exchange.topic("news"), "sport.chess")))
        .isEqualTo(
            new Address("errand.delay.1", "0.0.0.0.0.0.0.1.0.errand.relay.news", "sport.chess"));
    assertThat(Properties.of(Message.of("m", new byte[0]).build(), 7, "sport.chess")
            .getHeaders())
        .isEqualTo(Map.of("x-errand-seq", 7L, "x-errand-key", "sport.chess"));
  }

  @Test
  void delayKey_roundsUpToTheStep() {
    assertThat(DelayKey.of(Duration.ofNanos(1))).isEqualTo(new DelayKey(0, "0.0.0.0.0.0.0.0.1."));
    assertThat(DelayKey.of(Duration.ofMillis(100)))
        .isEqualTo(new DelayKey(0, "0.0.0.0.0.0.0.0.1."));
    assertThat(DelayKey.of(Duration.ofMillis(101)).digits()).isEqualTo("0.0.0.0.0.0.0.0.2.");
    assertThat(DelayKey.of(Duration.ofHours(1)).to("q")).isEqualTo("0.0.0.0.3.6.0.0.0.q");
    assertThat(DelayKey.of(Duration.ofHours(1)).exchange()).isEqualTo("errand.delay.4");
    assertThat(DelayKey.of(DelayKey.LONGEST)).isEqualTo(new DelayKey(8, "9.9.9.9.9.9.9.9.9."));
  }

  @Test
  void priorities_areThoseOfTheConnectedVersion() {
    for (String version : List.of("3.10.8", "3.13.7", "4.0.5", "4.2.9", "of unknown version")) {
      assertThat(ServerParts.priorities(version)).as(version).isZero();
    }
    for (String version : List.of("4.3.0", "4.3.6-1", "4.10.0", "5.0.0", "10.0.1")) {
      assertThat(ServerParts.priorities(version)).as(version).isEqualTo(32);
    }
  }

  @Test
  void consumers_areForgotten_before40() {
    assertThat(ServerParts.forgetsConsumers("3.10.8")).isTrue();
    assertThat(ServerParts.forgetsConsumers("3.13.7")).isTrue();
    assertThat(ServerParts.forgetsConsumers("4.0.5")).isFalse();
    assertThat(ServerParts.forgetsConsumers("of unknown version")).isFalse();
  }
}
