package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.broker.Broker;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.tck.kit.Offer;
import dev.errand.broker.tck.kit.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A: open, close. */
abstract class OpeningCases extends Cases {
  OpeningCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("A7 opened before its server is up: connects when it comes, and ready tells")
  void opensBeforeItsServer() {
    bench().server().stop();
    Broker broker = bench().open(Duration.ofSeconds(10));
    Queue queue = Queue.named(bench().name("queue"));
    Probe probe = bench().probe(Bench::ack);

    CompletableFuture<Void> declared = broker.declare(queue);
    Subscription subscription = broker.subscribe(queue.name(), 1, probe);
    bench()
        .failure(
            bench().aside(() -> broker.ready(Duration.ofMillis(300))), UnavailableException.class);
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(broker::capabilities);
    assertThat(subscription.state()).isEqualTo(State.RECOVERING);
    assertThat(declared).isNotDone();
    CompletableFuture<Void> ready = bench().aside(() -> broker.ready(Patience.LONGEST));
    bench().watch("not ready", Duration.ofMillis(200), () -> !ready.isDone());
    bench().server().start();

    bench().get(ready, "ready");
    bench().get(declared, "declared");
    assertThat(broker.capabilities().server()).isNotEmpty();
    bench().await("it consumes", () -> subscription.state() == State.CONSUMING);
    bench().publishInTheEnd(broker, queue, "m");
    bench().await("m arrives", () -> probe.has("m"));
  }

  @Test
  @DisplayName("A8 wrong credentials or virtual host: ready fails at once and says which")
  void refusalIsTold() {
    if (!bench().offers(Offer.CREDENTIALS)) {
      return;
    }
    Queue queue = Queue.named(bench().name("queue"));
    bench().refused().forEach((words, broker) -> {
      UnavailableException failure = bench()
          .failure(
              bench().aside(() -> broker.ready(Duration.ofHours(1))), UnavailableException.class);
      PublishException publish = bench()
          .failure(
              bench().aside(() -> broker.publish(Bench.to(queue, "m")).join()),
              PublishException.class);

      assertThat(failure).hasMessageContaining(words);
      assertThat(publish.reason()).isEqualTo(PublishException.Reason.UNAVAILABLE);
      assertThat(publish).hasMessageContaining(words);
    });
  }

  @Test
  @DisplayName("A9 close twice, before connected, from a callback; after close each method fails as"
      + " documented")
  void closesAtAnyTime() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    AtomicBoolean returned = new AtomicBoolean();
    Probe probe = bench().probe(delivery -> {
      broker.close();
      returned.set(true);
    });
    Subscription subscription = bench().consume(broker, queue, 1, probe);
    Broker publisher = bench().broker();

    bench().publish(publisher, queue, "m");

    bench().await("close returns inside the callback", returned::get);
    bench().cutOff(broker);
    bench().get(bench().aside(broker::close), "closed once more");
    assertClosed(broker, queue);
    assertThat(subscription.state()).isEqualTo(State.CLOSED);
    bench().get(subscription.pause(), "paused");
    bench().failure(subscription.resume(), UnavailableException.class);
    assertThat(bench().failure(probe.delivery(0).ack(), SettleException.class).reason())
        .isEqualTo(SettleException.Reason.GONE);

    bench().server().stop();
    Broker unconnected = bench().open(Duration.ofSeconds(10));
    CompletableFuture<Void> declared = unconnected.declare(queue);
    bench().get(bench().aside(unconnected::close), "closed before connected");
    bench().failure(declared, UnavailableException.class);
    assertClosed(unconnected, queue);
  }

  private void assertClosed(Broker broker, Queue queue) {
    Probe none = bench().probe(delivery -> {});
    assertThat(bench()
            .failure(broker.publish(Bench.to(queue, "late")), PublishException.class)
            .reason())
        .isEqualTo(PublishException.Reason.UNAVAILABLE);
    bench().failure(broker.declare(queue), UnavailableException.class);
    bench().failure(broker.inspect(queue.name(), 0), UnavailableException.class);
    assertThatExceptionOfType(UnavailableException.class)
        .isThrownBy(() -> broker.subscribe(queue.name(), 1, none));
    assertThatExceptionOfType(UnavailableException.class)
        .isThrownBy(() -> broker.ready(Duration.ofSeconds(1)));
    assertThatExceptionOfType(UnavailableException.class)
        .as("capabilities after close")
        .isThrownBy(broker::capabilities);
    assertThat(broker.time()).isSameAs(bench().time());
  }

  @Test
  @DisplayName("A10 after close nothing of it runs or stays open")
  void closeLeavesNothing() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    Probe holding = bench().holding(broker, queue, 2);
    bench().publish(broker, queue, "m1", "m2", "m3");
    bench().get(broker.publish(Bench.to(queue, "later").after(Duration.ofMillis(300))), "later");
    bench().await("two are held", () -> holding.count() == 2);

    bench().cutOff(broker);

    List<State> told = holding.states();
    bench().assertNothingLeft();
    assertThat(bench().drain(queue)).contains("m1", "m2", "m3");
    assertThat(holding.count()).isEqualTo(2);
    assertThat(holding.states()).isEqualTo(told);
  }

  @Test
  @DisplayName("A14 before the first connection and after close each method does what its contract"
      + " says")
  void methodsKeepTheirWordUnconnected() {
    Duration timeout = Duration.ofMillis(600);
    bench().server().stop();
    Broker broker = bench().open(timeout);
    Queue queue = Queue.named(bench().name("queue"));
    Probe probe = bench().probe(Bench::ack);

    Subscription subscription = broker.subscribe(queue.name(), 1, probe);
    CompletableFuture<Void> declared = broker.declare(queue);
    CompletableFuture<QueueReport> inspected = broker.inspect(queue.name(), 0);
    CompletableFuture<Void> published =
        bench().aside(() -> broker.publish(Bench.to(queue, "lost")).join());
    assertThat(inspected).isNotDone();
    assertThat(broker.time()).isSameAs(bench().time());
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(broker::capabilities);
    assertThatExceptionOfType(UnavailableException.class)
        .isThrownBy(() -> broker.ready(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> broker.inspect(queue.name(), -1));
    assertThatIllegalArgumentException().isThrownBy(() -> broker.subscribe(queue.name(), 0, probe));
    assertThat(bench().failure(published, PublishException.class).reason())
        .isEqualTo(PublishException.Reason.UNAVAILABLE);
    bench().failure(inspected, UnavailableException.class);
    assertThat(declared).isNotDone();
    assertThat(subscription.state()).isEqualTo(State.RECOVERING);

    bench().server().start();
    bench().get(declared, "declared");
    bench().await("it consumes", () -> subscription.state() == State.CONSUMING);
    // Again and again, as one time-out is short.
    bench()
        .await(
            "it is inspected",
            () -> bench()
                .get(
                    broker
                        .inspect(queue.name(), 0)
                        .handle((report, late) -> late == null && report.ready() == 0),
                    "answered"));
    bench().cutOff(broker);

    assertClosed(broker, queue);
    assertThat(subscription.state()).isEqualTo(State.CLOSED);
    assertThat(probe.count()).isZero();
  }
}
