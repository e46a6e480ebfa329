package dev.errand.broker.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What this backend promises beside the contract, all on one thread. */
final class InMemoryBrokerTest {
  private static final Queue QUEUE = Queue.named("queue");

  private final ManualTime time = ManualTime.create();
  private final Broker broker =
      new InMemoryBrokerProvider().open("memory:?publish-timeout=10s", time);
  private final List<Delivery> deliveries = new ArrayList<>();

  @BeforeEach
  void declare() {
    broker.declare(QUEUE).join();
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void resume_whileUnconnected_failsWhenClosed() {
    Subscription subscription = subscribe(deliveries::add);
    subscription.pause().join();
    Faults.of(broker).stop();
    CompletableFuture<Void> resumed = subscription.resume();
    assertThat(resumed).isNotDone();

    subscription.close();

    assertThat(failure(resumed)).isInstanceOf(UnavailableException.class);
  }

  @Test
  void replace_unconfirmedWhenCut_isGone() {
    CompletableFuture<Void> verb = unconfirmedReplace();

    Faults.of(broker).cut();

    assertGone(verb);
  }

  @Test
  void replace_unconfirmedWhenClosed_isGone() {
    CompletableFuture<Void> verb = unconfirmedReplace();

    broker.close();

    assertGone(verb);
  }

  @Test
  void replace_unconfirmedInTime_isUnknownAndTakesAnotherVerb() {
    CompletableFuture<Void> verb = unconfirmedReplace();

    time.advance(Duration.ofSeconds(10));

    assertThat(failure(verb))
        .isInstanceOfSatisfying(
            PublishException.class,
            unknown ->
                assertThat(unknown.reason()).isEqualTo(PublishException.Reason.OUTCOME_UNKNOWN));
    assertThat(deliveries.get(0).ack()).isCompleted();
    Faults.of(broker).flow();
    assertThat(failure(deliveries.get(0).ack())).isInstanceOf(SettleException.class);
    assertThat(deliveries).hasSize(2);
  }

  @Test
  void inspect_negativeHead_isRefusedAtTheCallAlsoWhileUnconnected() {
    Faults.of(broker).stop();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> broker.inspect(QUEUE.name(), -1))
        .withMessageContaining("-1");
  }

  @Test
  void check_refusesWhatOpenRefuses() {
    InMemoryBrokerProvider provider = new InMemoryBrokerProvider();

    assertThat(provider.settings())
        .containsExactly(
            BrokerProvider.PUBLISH_TIMEOUT,
            BrokerProvider.DECLARE,
            InMemoryBrokerProvider.MAX_MESSAGES,
            InMemoryBrokerProvider.MAX_BYTES);
    provider.check("memory:demo?publish-timeout=2s");
    for (String address : List.of("memory:a b", "memory://u:planted-opensesame@host")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> provider.check(address))
          .withMessageContaining("Write memory:NAME")
          .withMessageNotContaining("planted-opensesame");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> provider.open("memory:?publish-timeout=1ms&window=3&max-messages=0", time))
        .withMessageContainingAll(
            "publish-timeout=1ms", "100ms to 10m", "'window' is unknown", "max-messages=0");
  }

  @Test
  void delay_whereNothingIsMade_makesNoParkingPlace_beforeOneIsNeeded() {
    String address = "memory:" + UUID.randomUUID();
    try (Broker owner = new InMemoryBrokerProvider().open(address, time);
        Broker checking = new InMemoryBrokerProvider().open(address + "?declare=check", time)) {
      owner.declare(QUEUE).join();

      checking.publish(to("m").after(Duration.ofSeconds(1))).join();
      assertThat(failure(owner.inspect(Queue.UNROUTABLE, 0))).isInstanceOf(TopologyException.class);
      Faults.of(owner).deleteQueue(QUEUE.name());
      time.advance(Duration.ofSeconds(1));

      assertThat(owner.inspect(Queue.UNROUTABLE, 1).join().head())
          .extracting(message -> message.headers().get(Message.BROKER_REASON))
          .containsExactly("unroutable");
    }
  }

  private CompletableFuture<Void> unconfirmedReplace() {
    subscribe(deliveries::add);
    broker.publish(to("m")).join();
    Faults.of(broker).holdAnswers();
    CompletableFuture<Void> verb = deliveries.get(0).replace(to("copy"));
    assertThat(verb).isNotDone();
    return verb;
  }

  private Subscription subscribe(Receiver receiver) {
    return broker.subscribe(QUEUE.name(), 1, receiver);
  }

  private static Publication to(String id) {
    return Publication.of(Message.of(id, new byte[0]).build(), Route.queue(QUEUE.name()));
  }

  private static void assertGone(CompletableFuture<Void> verb) {
    assertThat(failure(verb))
        .isInstanceOfSatisfying(
            SettleException.class,
            gone -> assertThat(gone.reason()).isEqualTo(SettleException.Reason.GONE));
  }

  private static Throwable failure(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(future::join)
        .actual()
        .getCause();
  }
}
