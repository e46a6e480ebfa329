package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Queue;
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
}
