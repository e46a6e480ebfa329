package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** C: settling what cannot be settled as wished. */
abstract class SettleFaultCases extends Cases {
  private static final Duration BEFORE_RELEASE = Duration.ofSeconds(1);
  /** By then a copy is on the server, which cannot be asked while it answers nobody. */
  private static final Duration UNTIL_ARRIVED = Duration.ofSeconds(4);

  private static final Duration AT_ONCE = Duration.ofSeconds(5);
  private static final int MORE_THAN_A_WINDOW = 3_000;

  SettleFaultCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("C10 a receiver that throws: released after a second, deliveries go on")
  void throwingReceiverGoesOn() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    AtomicBoolean thrown = new AtomicBoolean();
    Probe probe = bench().probe(delivery -> {
      if (thrown.compareAndSet(false, true)) {
        throw new IllegalStateException(Bench.THROWN);
      }
    });
    bench().consume(broker, queue, 10, probe);

    bench().publish(broker, queue, "bad", "good");

    bench().await("both arrive, and the bad one again", () -> probe.count() == 3);
    assertThat(probe.ids()).containsExactly("bad", "good", "bad");
    assertThat(Duration.ofNanos(probe.arrival(2) - probe.arrival(0)))
        .as("the bad one came again after")
        .isGreaterThanOrEqualTo(BEFORE_RELEASE);
    assertThat(probe.last().redeliveries()).isZero();
    bench().get(probe.delivery(1).ack(), "the good one acknowledged");
    bench().get(probe.last().ack(), "the bad one acknowledged");
    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
  }

  @Test
  @DisplayName("C11 a copy without a place: the verb fails, the original is unsettled and takes"
      + " another verb")
  void copyWithoutAPlaceSettlesNothing() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Queue missing = Queue.named(bench().name("missing"));
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);

    for (Publication copy : List.of(
        Bench.to(missing, "copy"), Bench.to(missing, "copy").after(Duration.ofSeconds(1)))) {
      assertThat(bench()
              .failure(probe.last().replace(copy), PublishException.class)
              .reason())
          .isEqualTo(PublishException.Reason.UNROUTABLE);
    }

    bench().get(probe.last().release(), "released");
    bench().await("it arrives again", () -> probe.count() == 2);
    assertThat(probe.last().redeliveries()).isZero();
    bench().get(probe.last().ack(), "acknowledged");
    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
  }

  @Test
  @DisplayName(
      "C12 a crash while a copy takes its original's place leaves both, or one of them where"
          + " that is one step; never neither")
  void crashNeverLeavesNeither() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Queue elsewhere = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);

    bench().server().holdAnswers();
    CompletableFuture<Void> verb = probe.delivery(0).replace(Bench.to(elsewhere, "copy"));
    bench().watch("the copy is not confirmed", UNTIL_ARRIVED, () -> !verb.isDone());
    bench().server().cutConnections();
    bench().server().flow();

    bench().lost(verb);
    bench().cutOff(broker);
    List<String> left = new ArrayList<>(bench().drain(queue));
    left.addAll(bench().drain(elsewhere));
    if (bench().replacesInOneStep()) {
      assertThat(left).hasSize(1).isSubsetOf("m", "copy");
    } else {
      assertThat(left).containsExactly("m", "copy");
    }
  }

  @Test
  @DisplayName("C13 verbs do not wait for room in a full publish window, nor on a server that has"
      + " stopped reading")
  void verbsNeverWait() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Queue elsewhere = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 4);
    bench().publish(broker, queue, "ack", "release", "replace", "reject");
    bench().await("four arrive", () -> probe.count() == 4);
    bench().publish(broker, elsewhere, "before");

    bench().server().holdAnswers();
    CompletableFuture<Void> flood = fillTheWindow(broker, elsewhere);
    List<CompletableFuture<Void>> verbs = settleAtOnce(probe.deliveries(), elsewhere);
    bench().server().flow();

    verbs.forEach(verb -> bench().get(verb, "settled"));
    bench().get(flood, "all are published");
    bench().await("the released one is back", () -> probe.count() == 5);

    bench().publish(broker, queue, "1", "2", "3");
    bench().await("four are held", () -> probe.count() == 8);
    bench().server().blackHole();
    List<CompletableFuture<Void>> lost = settleAtOnce(probe.deliveries().subList(4, 8), elsewhere);
    bench().server().flow();
    lost.forEach(verb -> bench().await("each verb ends", verb::isDone));
  }

  /** Publishes until no more goes, or more than any window takes. */
  private CompletableFuture<Void> fillTheWindow(Broker broker, Queue queue) {
    List<CompletableFuture<Void>> answers = new CopyOnWriteArrayList<>();
    AtomicInteger sent = new AtomicInteger();
    CompletableFuture<Void> flood = bench().aside(() -> {
      for (int i = 0; i < MORE_THAN_A_WINDOW; i++) {
        answers.add(broker.publish(Bench.to(queue, "flood " + i)));
        sent.incrementAndGet();
      }
      CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)).join();
    });
    int before = -1;
    while (sent.get() > before && sent.get() < MORE_THAN_A_WINDOW) {
      before = sent.get();
      bench().watch("the window fills", Duration.ofMillis(100), () -> !flood.isDone());
    }
    return flood;
  }

  private List<CompletableFuture<Void>> settleAtOnce(List<Delivery> held, Queue elsewhere) {
    List<CompletableFuture<Void>> verbs = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> called = bench().aside(() -> {
      verbs.add(held.get(0).ack());
      verbs.add(held.get(1).release());
      verbs.add(held.get(2).replace(Bench.to(elsewhere, "copy")));
      verbs.add(held.get(3).reject());
    });
    assertThat(bench().happens(AT_ONCE, called::isDone))
        .as("four verbs returned")
        .isTrue();
    return verbs;
  }

  @Test
  @DisplayName("C15 reject moves into the overflow, body and headers intact; without an overflow it"
      + " fails and the delivery is unsettled")
  void rejectMovesToTheOverflow() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Queue without = bench().queue(broker);
    Message message = Message.of("m", new byte[] {0, 1, -1, 127, -128})
        .type("documents.render")
        .contentType("application/octet-stream")
        .headers(Map.of("text", "Grüße", "number", 1L << 40, "list", List.of("a", 1, true)))
        .build();
    Probe probe = bench().holding(broker, queue, 1);
    bench().get(broker.publish(Publication.of(message, Route.queue(queue.name()))), "published");
    bench().await("it arrives", () -> probe.count() == 1);

    bench().get(probe.last().reject(), "rejected");

    Queue overflow = Queue.named(Objects.requireNonNull(queue.overflow()));
    Probe moved = bench().acking(broker, overflow);
    bench().await("it is in the overflow", () -> moved.count() == 1);
    assertThat(moved.last().message())
        .usingRecursiveComparison()
        .isEqualTo(message.copy().header(Message.BROKER_REASON, "rejected").build());
    assertNotRejected(broker, without);
    broker.close();
    assertThat(bench().drain(queue)).isEmpty();
  }

  private void assertNotRejected(Broker broker, Queue without) {
    Probe probe = bench().holding(broker, without, 1);
    bench().publish(broker, without, "m");
    bench().await("it arrives", () -> probe.count() == 1);

    TopologyException refused = bench().failure(probe.last().reject(), TopologyException.class);

    assertThat(refused.reason()).isEqualTo(TopologyException.Reason.MISSING);
    assertThat(refused).hasMessageContaining(without.name());
    bench().get(probe.last().ack(), "it takes another verb");
  }
}
