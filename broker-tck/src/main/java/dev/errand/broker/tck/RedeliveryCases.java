package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.tck.kit.Offer;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** E: redelivery. */
abstract class RedeliveryCases extends Cases {
  RedeliveryCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("E1 the first is 0")
  void firstIsZero() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    bench().publish(broker, queue, "m1", "m2", "m3");
    Probe probe = bench().acking(broker, queue);

    bench().await("three arrive", () -> probe.count() == 3);

    assertThat(probe.deliveries()).extracting(Delivery::redeliveries).containsExactly(0, 0, 0);
  }

  @Test
  @DisplayName("E2 it grows (or becomes 1) when the consumer's connection dies")
  void growsWithEachLoss() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);

    for (int losses = 1; losses <= 3; losses++) {
      int times = losses;
      bench().server().cutConnections();
      bench().await("it came back " + times + " times", () -> probe.count() == times + 1);

      int before = probe.delivery(times - 1).redeliveries();
      assertThat(probe.last().message().id()).isEqualTo("m");
      assertThat(probe.last().redeliveries())
          .as("after %s losses", times)
          .isIn(1, before + 1)
          .isPositive();
    }
  }

  @Test
  @DisplayName("E3 a copy starts at 0")
  void copyStartsAtZero() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);
    bench().server().cutConnections();
    bench().await("it came back", () -> probe.count() == 2);
    assertThat(probe.last().redeliveries()).isPositive();

    // Our publishing connection may still be on its way back.
    bench().publishInTheEnd(broker, bench().queue(bench().broker()), "the way is free");
    bench().get(probe.last().replace(Bench.to(queue, "m")), "replaced");

    bench().await("the copy arrives", () -> probe.count() == 3);
    assertThat(probe.last().redeliveries()).isZero();
  }

  @Test
  @DisplayName("E4 the exact count survives a restart of the broker")
  void countSurvivesARestart() {
    boolean exact = bench().offers(Offer.EXACT_REDELIVERIES);
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);
    for (int losses = 1; losses <= 2; losses++) {
      int times = losses;
      bench().server().cutConnections();
      bench().await("it came back", () -> probe.count() == times + 1);
      assertThat(probe.last().redeliveries())
          .isBetween(exact ? times : 1, exact ? times : Integer.MAX_VALUE);
    }
    if (exact) {
      bench().server().restart();
      bench().await("it came back after a restart", () -> probe.count() == 4);
      assertThat(probe.last().redeliveries()).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("E5 beyond the broker's own limit it goes to the overflow queue with the reason, and"
      + " is never dropped")
  void beyondTheLimitIsNeverDropped() {
    Broker broker = bench().broker();
    Broker other = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Queue overflow = Queue.named(Objects.requireNonNull(queue.overflow()));
    Message message = Bench.message("killer").copy().header("kept", "as it was").build();
    Probe moved = bench().acking(other, overflow);
    Probe probe = bench().holding(broker, queue, 1);
    bench().get(broker.publish(Publication.of(message, Route.queue(queue.name()))), "published");

    int losses = 0;
    while (moved.count() == 0) {
      int deliveries = losses + 1;
      bench()
          .await(
              "delivery " + deliveries + ", or it is in the overflow",
              () -> probe.count() >= deliveries || moved.count() > 0);
      bench().server().closeConsumingChannels();
      losses++;
    }

    assertThat(losses).as("it came back often enough for an innocent one").isGreaterThan(50);
    assertThat(moved.last().message())
        .usingRecursiveComparison()
        .isEqualTo(
            message.copy().header(Message.BROKER_REASON, "delivery-limit").build());
    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
  }
}
