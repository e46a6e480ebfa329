package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Queue;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** D: prefetch and pause. */
abstract class PrefetchCases extends Cases {
  private static final Duration A_WHILE = Duration.ofMillis(300);
  private static final int QUICK = 10_000;
  private static final int PREFETCH = 8;
  private static final int BATCH = 500;
  private static final int ROUNDS = 11;

  PrefetchCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("D1 never more than n unsettled")
  void prefetchIsAHardBound() {
    for (int prefetch : new int[] {1, 3}) {
      Broker broker = bench().broker();
      Queue queue = bench().queue(broker);
      publish(broker, queue, 0, 20);
      Probe probe = bench().holding(broker, queue, prefetch);
      for (int settled = 0; settled < 20; settled++) {
        int most = Math.min(20, settled + prefetch);
        bench().await(most + " arrived", () -> probe.count() >= most);
        if (settled % 5 == 0) {
          bench().watch("at most " + prefetch + " unsettled", A_WHILE, () -> probe.count() <= most);
        }
        assertThat(probe.count()).as("arrived when %s were settled", settled).isEqualTo(most);
        bench().get(probe.delivery(settled).ack(), "acknowledged");
      }
    }
  }

  @Test
  @DisplayName("D2 one delivery held, 10,000 quick ones, prefetch 8: all quick ones are settled on"
      + " the broker while it is held")
  void heldDeliveryStopsNoAcknowledgement() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    ConcurrentLinkedQueue<CompletableFuture<Void>> verbs = new ConcurrentLinkedQueue<>();
    AtomicInteger arrived = new AtomicInteger();
    Probe probe = bench().probe(delivery -> {
      int number = arrived.get();
      if (number > 0 && number <= QUICK) {
        verbs.add(delivery.ack());
      }
      // Last: who sees the count sees the verb.
      arrived.incrementAndGet();
    });
    bench().consume(broker, queue, PREFETCH, probe);
    bench().publish(broker, queue, "held");

    for (int from = 0; from < QUICK; from += BATCH) {
      publish(broker, queue, from, BATCH);
    }
    bench().await("all quick ones arrived", () -> arrived.get() == QUICK + 1);
    assertThat(verbs).hasSize(QUICK);
    verbs.forEach(verb -> bench().get(verb, "acknowledged"));

    // The broker lets them through only if no place but one is taken.
    publish(broker, queue, 0, PREFETCH - 1);
    bench().await("the other places are free", () -> arrived.get() == QUICK + PREFETCH);
    bench().get(probe.delivery(0).ack(), "the held one acknowledged");
    broker.close();
    assertThat(bench().drain(queue)).hasSize(PREFETCH - 1);
  }

  @Test
  @DisplayName("D3 pause: once completed no call of the receiver runs or begins")
  void pauseStopsTheReceiver() {
    Broker broker = bench().broker();
    Broker publisher = bench().broker();
    Queue queue = bench().queue(broker);
    AtomicReference<Subscription> subscription = new AtomicReference<>();
    AtomicReference<CompletableFuture<Void>> inner = new AtomicReference<>();
    AtomicBoolean doneInside = new AtomicBoolean();
    Probe probe = bench().probe(delivery -> {
      Bench.ack(delivery);
      if (delivery.message().id().equals("m50")) {
        CompletableFuture<Void> paused = subscription.get().pause();
        doneInside.set(paused.isDone());
        inner.set(paused);
      }
    });
    subscription.set(bench().consume(broker, queue, 10, probe));

    CompletableFuture<Void> flood = bench().aside(() -> publish(publisher, queue, 0, BATCH));
    bench().await("it paused itself", () -> inner.get() != null);
    bench().get(inner.get(), "paused from inside");
    assertThat(doneInside).as("done before the call that paused had ended").isFalse();
    assertPaused(subscription.get(), probe);
    bench().get(flood, "all are published");
    assertPaused(subscription.get(), probe);

    bench().get(subscription.get().resume(), "resumed");
    bench().get(subscription.get().pause(), "paused");
    assertPaused(subscription.get(), probe);
    bench().get(subscription.get().resume(), "resumed");
    bench().await("all arrive in the end", () -> probe.count() == BATCH);
    assertThat(subscription.get().state()).isEqualTo(State.CONSUMING);
    assertPauseWaitsForTheCall(broker, publisher);
  }

  private void assertPauseWaitsForTheCall(Broker broker, Broker publisher) {
    Queue queue = bench().queue(broker);
    CompletableFuture<Void> gate = new CompletableFuture<>();
    Probe probe = bench().probe(delivery -> gate.join());
    Subscription subscription = bench().consume(broker, queue, 1, probe);
    CompletableFuture<Void> published = bench().aside(() -> publish(publisher, queue, 0, 1));
    bench().await("a call runs", () -> probe.count() == 1);

    CompletableFuture<Void> paused = subscription.pause();

    try {
      bench().watch("a pause waits for the call that runs", A_WHILE, () -> !paused.isDone());
    } finally {
      gate.complete(null);
    }
    bench().get(paused, "paused from outside");
    assertPaused(subscription, probe);
    bench().get(published, "published");
  }

  private void assertPaused(Subscription subscription, Probe probe) {
    assertThat(probe.isInside()).as("a call runs").isFalse();
    assertThat(subscription.state()).isEqualTo(State.PAUSED);
    int count = probe.count();
    bench().watch("no call while paused at " + count, A_WHILE, () -> probe.count() == count);
  }

  @Test
  @DisplayName("D4 resume with all n unsettled: the highest number ever seen is n")
  void resumeKeepsTheBound() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().probe(delivery -> {});
    Subscription subscription = bench().consume(broker, queue, PREFETCH, probe);
    publish(broker, queue, 0, 3 * PREFETCH);
    bench().await("all places are taken", () -> probe.count() == PREFETCH);

    List<CompletableFuture<Void>> resumed = new ArrayList<>();
    for (int times = 0; times < 3; times++) {
      bench().get(subscription.pause(), "paused");
      resumed.add(subscription.resume());
    }
    bench().watch("no more than " + PREFETCH, A_WHILE, () -> probe.count() == PREFETCH);

    for (int settled = 0; settled < 3 * PREFETCH; settled++) {
      int most = Math.min(3 * PREFETCH, settled + PREFETCH);
      int number = settled;
      bench().await("delivery " + settled, () -> probe.count() > number);
      assertThat(probe.count())
          .as("arrived when %s are settled", settled)
          .isLessThanOrEqualTo(most);
      bench().get(probe.delivery(settled).ack(), "acknowledged");
    }
    // Without a free place it is not consumed again before one is settled.
    resumed.forEach(done -> bench().get(done, "resumed"));
    bench().watch("each came once", A_WHILE, () -> probe.count() == 3 * PREFETCH);
  }

  @Test
  @DisplayName("D5 two consumers share; a slow one hoards no more than its prefetch")
  void consumersShare() {
    Broker broker = bench().broker();
    Broker other = bench().broker();
    Queue queue = bench().queue(broker);
    Probe slow = bench().holding(broker, queue, 3);
    Probe quick = bench().acking(other, queue);

    publish(broker, queue, 0, 100);

    bench().await("all arrive", () -> slow.count() + quick.count() == 100);
    assertThat(slow.count()).as("held by the slow one").isLessThanOrEqualTo(3);
    bench().watch("the slow one gets no more", A_WHILE, () -> slow.count() <= 3);
    assertThat(quick.ids()).doesNotHaveDuplicates().noneMatch(slow::has);
  }

  @Test
  @DisplayName("D6 when idle, every acknowledgement has reached the broker within 100 ms")
  void acknowledgementsAreSoonThere() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, PREFETCH);
    publish(broker, queue, 0, PREFETCH + ROUNDS);
    bench().await("all places are taken", () -> probe.count() == PREFETCH);
    List<Duration> took = new ArrayList<>();

    // The oldest stays held: what is settled behind it goes alone.
    for (int round = 0; round < ROUNDS; round++) {
      int before = PREFETCH + round;
      long begin = bench().time().nanoTime();
      Bench.ack(probe.delivery(round + 1));
      bench().await("a place is free", () -> probe.count() == before + 1);
      took.add(Duration.ofNanos(probe.arrival(before) - begin));
    }

    // The server takes its time too, and a busy machine more: half of them show ours.
    assertThat(took.stream().sorted().toList().get(ROUNDS / 2))
        .as("until the next delivery came, of %s", took)
        .isLessThanOrEqualTo(Duration.ofMillis(100));
  }

  @Test
  @DisplayName("D7 subscriptions of one broker do not stop each other")
  void subscriptionsDoNotStopEachOther() {
    Broker broker = bench().broker();
    Queue full = bench().queue(broker);
    Queue idle = bench().queue(broker);
    Queue left = bench().queue(broker);
    Queue busy = bench().queue(broker);
    Probe holding = bench().holding(broker, full, 2);
    Subscription waiting =
        broker.subscribe(bench().name("missing"), 1, bench().probe(delivery -> {}));
    Subscription paused = bench().consume(broker, idle, 1, bench().probe(delivery -> {}));
    Subscription closed = bench().consume(broker, left, 1, bench().probe(delivery -> {}));
    Probe probe = bench().probe(Bench::ack);
    Subscription going = bench().consume(broker, busy, PREFETCH, probe);
    publish(broker, full, 0, 10);
    bench().await("one is full", () -> holding.count() == 2);

    bench().get(paused.pause(), "paused");
    bench().get(bench().aside(closed::close), "closed");

    assertThat(waiting.state()).isEqualTo(State.RECOVERING);
    assertThat(going.state()).isEqualTo(State.CONSUMING);
    CompletableFuture<Void> published = bench().aside(() -> publish(broker, busy, 0, BATCH));
    bench().await("all arrive on the last", () -> probe.count() == BATCH);
    bench().get(published, "published");
    assertThat(holding.count()).isEqualTo(2);
  }

  @Test
  @DisplayName("D10 resumed with all n unsettled and one of them held for good: the others' places"
      + " are used")
  void resumedPlacesAreUsed() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().probe(delivery -> {});
    Subscription subscription = bench().consume(broker, queue, PREFETCH, probe);
    publish(broker, queue, 0, 4 * PREFETCH);
    bench().await("all places are taken", () -> probe.count() == PREFETCH);

    bench().get(subscription.pause(), "paused");
    CompletableFuture<Void> resumed = subscription.resume();
    for (int number = 1; number < PREFETCH; number++) {
      bench().get(probe.delivery(number).ack(), "acknowledged");
    }

    // At most as many places stay closed as are still held of those: one.
    int least = 2 * PREFETCH - 2;
    assertThat(bench().happens(Duration.ofSeconds(15), () -> probe.count() >= least))
        .as("%s came, %s were expected at least", probe.count(), least)
        .isTrue();
    bench().get(resumed, "resumed");
    bench().watch("the bound", A_WHILE, () -> probe.count() <= 2 * PREFETCH - 1);
  }

  private void publish(Broker broker, Queue queue, int from, int count) {
    List<String> ids =
        IntStream.range(from, from + count).mapToObj(number -> "m" + number).toList();
    // Not with the bench's wait: the manual clock belongs to the case's own thread.
    bench().publishAll(broker, queue, ids).forEach(CompletableFuture::join);
  }
}
