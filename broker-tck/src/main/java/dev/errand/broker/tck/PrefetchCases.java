package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Queue;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import java.time.Duration;
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

  private void publish(Broker broker, Queue queue, int from, int count) {
    List<String> ids =
        IntStream.range(from, from + count).mapToObj(number -> "m" + number).toList();
    // Not with the bench's wait: the manual clock belongs to the case's own thread.
    bench().publishAll(broker, queue, ids).forEach(CompletableFuture::join);
  }
}
