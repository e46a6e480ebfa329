package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import dev.errand.broker.tck.kit.Offer;
import dev.errand.broker.tck.kit.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** K: faults that last, and what is told of them. */
abstract class OutageCases extends Cases {
  OutageCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("K4 connection dies while a verb waits: its future fails as GONE, or as"
      + " OUTCOME_UNKNOWN where the copy's own connection dies first; then the delivery is gone")
  void waitingVerbIsGone() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Queue elsewhere = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 2);
    bench().publish(broker, queue, "m1", "m2");
    bench().await("both arrive", () -> probe.count() == 2);

    bench().server().holdAnswers();
    List<CompletableFuture<Void>> waiting = List.of(
        probe.delivery(0).release(), probe.delivery(1).replace(Bench.to(elsewhere, "copy")));
    bench()
        .watch(
            "they wait",
            Duration.ofMillis(300),
            () -> waiting.stream().noneMatch(CompletableFuture::isDone));
    bench().server().cutConnections();
    bench().server().flow();

    waiting.forEach(bench()::lost);
    bench().await("both came back", () -> probe.count() == 4);
    assertThat(probe.ids().subList(2, 4)).containsExactlyInAnyOrder("m1", "m2");
    assertThat(bench().failure(probe.delivery(0).ack(), SettleException.class).reason())
        .isEqualTo(SettleException.Reason.GONE);
  }

  @Test
  @DisplayName("K7 the broker blocks publishers: publish waits, then UNAVAILABLE; consuming and"
      + " acks go on")
  void blockedPublishersWait() {
    Broker patient = bench().broker();
    Queue queue = bench().queue(patient);
    bench().publish(patient, queue, "m1", "m2", "m3");
    if (!bench().offers(Offer.BLOCKED_PUBLISHERS)) {
      // Nothing holds it up, then.
      bench().publish(patient, queue, "m4");
      return;
    }
    Duration timeout = Duration.ofMillis(600);
    Broker broker = bench().open(timeout);
    broker.ready(Patience.LONGEST);

    bench().server().blockPublishers();
    // What was on its way when it began is unknown; a server may even take one to tell of it.
    PublishException first = refused(broker, queue, "first");
    long begin = bench().time().nanoTime();
    PublishException blocked = refused(broker, queue, "blocked");
    Duration waited = Duration.ofNanos(bench().time().nanoTime() - begin);

    assertThat(first.reason())
        .isIn(PublishException.Reason.UNAVAILABLE, PublishException.Reason.OUTCOME_UNKNOWN);
    assertThat(blocked.reason()).isEqualTo(PublishException.Reason.UNAVAILABLE);
    assertThat(blocked.safeToRepeat()).isTrue();
    assertThat(waited).isBetween(timeout.minusMillis(50), timeout.plusSeconds(5));
    Probe probe = bench().acking(broker, queue);
    bench().await("consuming goes on", () -> probe.count() >= 3);
    // Again and again, as one time-out is short.
    CompletableFuture<Void> waiting = bench().aside(() -> {
      for (boolean published = false; !published; ) {
        published = broker
            .publish(Bench.to(queue, "after"))
            .handle((none, error) -> error == null)
            .join();
      }
    });
    bench().watch("it waits", Duration.ofMillis(200), () -> !waiting.isDone());
    bench().server().admitPublishers();
    bench().get(waiting, "published when it was over");
    bench().await("it arrives", () -> probe.has("after"));
    assertThat(probe.ids()).doesNotContain("blocked");
  }

  private PublishException refused(Broker broker, Queue queue, String id) {
    return bench()
        .failure(
            bench().aside(() -> broker.publish(Bench.to(queue, id)).join()),
            PublishException.class);
  }

  @Test
  @DisplayName("K8 consumer time-out: recovers, and the reason names the setting")
  void consumerTimeoutIsNamed() {
    if (!bench().offers(Offer.CONSUMER_TIMEOUT)) {
      assertNothingIsTakenBack();
      return;
    }
    String setting = bench().server().hastenConsumerTimeout();
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().probe(delivery -> {
      if (delivery.redeliveries() > 0) {
        Bench.ack(delivery);
      }
    });
    bench().consume(broker, queue, 1, probe);
    bench().publish(broker, queue, "held");

    bench().await("it came back", () -> probe.count() == 2);

    assertThat(probe.ids()).containsExactly("held", "held");
    assertThat(probe.reasonsOfLoss())
        .isNotEmpty()
        .allSatisfy(reason -> assertThat(reason).contains(queue.name(), setting));
    assertThat(bench().failure(probe.delivery(0).ack(), SettleException.class).reason())
        .isEqualTo(SettleException.Reason.GONE);
    bench().publish(broker, queue, "after");
    bench().await("the next arrives", () -> probe.has("after"));
    assertThat(probe.states())
        .containsSubsequence(State.CONSUMING, State.RECOVERING, State.CONSUMING);
  }

  private void assertNothingIsTakenBack() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "held");
    bench().await("it arrives", () -> probe.count() == 1);

    bench().leap(Duration.ofHours(1));
    bench().watch("it stays where it is", Duration.ofSeconds(4), () -> probe.count() == 1);

    bench().get(probe.last().ack(), "acknowledged");
    assertThat(probe.changes()).containsExactly(State.CONSUMING);
  }

  @Test
  @DisplayName("K9 black hole: noticed within twice the heartbeat, consumes again")
  void blackHoleIsNoticed() {
    Broker broker = bench().watchful();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    bench().publish(broker, queue, "before");
    bench().await("the first arrives", () -> probe.has("before"));

    bench().server().blackHole();

    // The machine's own tolerance on top.
    Duration most = bench().silence().plus(Duration.ofSeconds(3));
    assertThat(bench().happens(most, () -> probe.states().contains(State.RECOVERING)))
        .as("RECOVERING is told within %s; told so far: %s", most, probe.states())
        .isTrue();
    bench().server().flow();
    bench().publishInTheEnd(broker, queue, "after");
    bench().await("the next arrives", () -> probe.has("after"));
    assertThat(probe.states())
        .containsSubsequence(State.CONSUMING, State.RECOVERING, State.CONSUMING);
  }

  @Test
  @DisplayName("K10 states come in order, one call at a time, none after CLOSED")
  void statesComeInOrder() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().probe(Bench::ack);
    Subscription subscription = bench().consume(broker, queue, 10, probe);

    bench().server().cutConnections();
    awaitStates(probe, State.CONSUMING, State.RECOVERING, State.CONSUMING);
    bench().get(subscription.pause(), "paused");
    bench().server().cutConnections();
    awaitStates(
        probe,
        State.CONSUMING,
        State.RECOVERING,
        State.CONSUMING,
        State.PAUSED,
        State.RECOVERING,
        State.PAUSED);
    bench().get(subscription.resume(), "resumed");
    bench().publishInTheEnd(broker, queue, "m");
    bench().await("m arrives", () -> probe.has("m"));
    bench().get(bench().aside(subscription::close), "closed");

    bench().server().cutConnections();
    bench().publishInTheEnd(broker, queue, "connected again");
    assertThat(probe.changes())
        .containsExactly(
            State.CONSUMING,
            State.RECOVERING,
            State.CONSUMING,
            State.PAUSED,
            State.RECOVERING,
            State.PAUSED,
            State.CONSUMING,
            State.CLOSED);
    assertThat(probe.ids()).containsOnly("m");
    assertThat(probe.overlapped()).isFalse();
  }

  private void awaitStates(Probe probe, State... expected) {
    assertThat(bench()
            .happens(Duration.ofSeconds(30), () -> probe.changes().equals(List.of(expected))))
        .as("states %s; told so far: %s", List.of(expected), probe.states())
        .isTrue();
  }
}
