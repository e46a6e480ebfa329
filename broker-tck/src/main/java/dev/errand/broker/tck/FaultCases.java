package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Queue;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** K: faults. */
abstract class FaultCases extends Cases {
  FaultCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("K1 connection killed by the broker: consumes again (a message arrives)")
  void consumesAgainAfterALoss() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    bench().publish(broker, queue, "before");
    bench().await("the first arrives", () -> probe.has("before"));

    for (int times = 1; times <= 2; times++) {
      bench().server().cutConnections();
      bench().publishInTheEnd(broker, queue, "after " + times);
      String id = "after " + times;
      bench().await(id + " arrives", () -> probe.has(id));
    }

    assertThat(probe.states())
        .containsSubsequence(
            State.CONSUMING, State.RECOVERING, State.CONSUMING, State.RECOVERING, State.CONSUMING);
  }

  @Test
  @DisplayName("K2 only the channel closed: consumes again (a message arrives)")
  void consumesAgainAfterALostChannel() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "held");
    bench().await("the first arrives", () -> probe.has("held"));

    bench().server().closeConsumingChannels();

    bench().await("the first came back", () -> probe.count() == 2);
    assertThat(probe.ids()).containsExactly("held", "held");
    assertThat(probe.states())
        .containsSubsequence(State.CONSUMING, State.RECOVERING, State.CONSUMING);
    assertThat(bench().failure(probe.delivery(0).ack(), SettleException.class).reason())
        .isEqualTo(SettleException.Reason.GONE);
    bench().get(probe.delivery(1).ack(), "acknowledged");
    bench().publish(broker, queue, "after");
    bench().await("the next arrives", () -> probe.has("after"));
  }

  @Test
  @DisplayName("K3 broker restarted: consumes again, and nothing is missing (a backend that keeps"
      + " nothing reports it as not durable, as declared)")
  void survivesARestart() {
    Broker broker = bench().broker();
    boolean durable = broker.capabilities().durability() != Queue.Durability.NOTHING;
    boolean kept = bench().declares("durability", durable);
    Queue queue = bench().queue(broker);
    bench().publish(broker, queue, "m1", "m2", "m3");

    bench().server().restart();

    Probe probe = bench().probe(Bench::ack);
    broker.subscribe(queue.name(), 10, probe);
    bench().publishInTheEnd(broker, queue, "after");
    bench().await("the last arrives", () -> probe.has("after"));
    if (kept) {
      assertThat(probe.ids()).contains("m1", "m2", "m3");
    } else {
      assertThat(probe.ids()).containsExactly("after");
    }
  }

  @Test
  @DisplayName("K6 the queue is deleted: RECOVERING with the reason; made again where this broker"
      + " declared it, else, and with declare=check, when it is back; then CONSUMING")
  void deletedQueueIsConsumedAgain() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe owner = bench().acking(broker, queue);
    bench().server().deleteQueue(queue.name());
    awaitRecovery(owner, queue);

    Queue other = bench().queue(bench().broker());
    Broker checking = bench().checking();
    bench().declare(checking, other);
    List<Probe> others =
        List.of(bench().acking(checking, other), bench().acking(bench().broker(), other));
    bench().server().deleteQueue(other.name());
    others.forEach(probe ->
        bench().await("RECOVERING is told", () -> probe.changes().contains(State.RECOVERING)));
    bench()
        .watch(
            "nobody makes it",
            Duration.ofSeconds(1),
            () -> others.stream().allMatch(probe -> probe.changes().size() == 2));
    bench().declare(bench().broker(), other);
    others.forEach(probe -> awaitRecovery(probe, other));

    bench().publish(broker, queue, "m1");
    bench().publish(broker, other, "m2", "m3");
    bench()
        .await(
            "all arrive",
            () -> owner.has("m1") && others.stream().mapToInt(Probe::count).sum() == 2);
  }

  private void awaitRecovery(Probe probe, Queue queue) {
    List<State> expected = List.of(State.CONSUMING, State.RECOVERING, State.CONSUMING);
    assertThat(bench().happens(Duration.ofSeconds(20), () -> probe.changes().equals(expected)))
        .as("%s; told so far: %s", expected, probe.states())
        .isTrue();
    assertThat(probe.reasonsOfLoss())
        .isNotEmpty()
        .allSatisfy(reason -> assertThat(reason).contains(queue.name()));
  }

  @Test
  @DisplayName("K5 a verb of a lost connection harms nothing on the new one")
  void lateVerbHarmsNothing() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Probe probe = bench().holding(broker, queue, 4);
    bench().publish(broker, queue, "m1", "m2", "m3", "m4");
    bench().await("four arrive", () -> probe.count() == 4);
    bench().server().cutConnections();
    bench().await("four came back", () -> probe.count() == 8);

    List<CompletableFuture<Void>> late = List.of(
        probe.delivery(0).ack(),
        probe.delivery(1).release(),
        probe.delivery(2).replace(Bench.to(queue, "copy")),
        probe.delivery(3).reject());

    for (CompletableFuture<Void> verb : late) {
      assertThat(bench().failure(verb, SettleException.class).reason())
          .isEqualTo(SettleException.Reason.GONE);
    }
    bench().get(probe.delivery(4).ack(), "the new delivery acknowledged");
    String settled = probe.delivery(4).message().id();
    broker.close();
    assertThat(bench().drain(queue))
        .doesNotContain(settled)
        .hasSize(3)
        .isSubsetOf("m1", "m2", "m3", "m4");
  }
}
