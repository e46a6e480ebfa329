package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.tck.kit.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A: open, declare, close. */
abstract class OpeningCases extends Cases {
  private static final Pattern DIFFERENCE =
      Pattern.compile("with another '([^']+)'\\. Wanted is (.+), found is (.+)\\. It is left");

  OpeningCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("A1 declare is idempotent, also from two brokers at once")
  void declareIsIdempotent() {
    Broker one = bench().broker();
    Broker other = bench().broker();
    Queue overflow = Queue.named(bench().name("overflow"));
    Queue queue = Queue.named(bench().name("queue")).overflow(overflow.name());
    Exchange exchange = Exchange.direct(bench().name("exchange"));
    Topology[] parts = {queue, queue.boundTo(exchange, "key"), exchange, overflow};
    List<CompletableFuture<Void>> declared = new ArrayList<>();

    for (int times = 0; times < 3; times++) {
      declared.add(one.declare(parts));
      declared.add(other.declare(parts));
    }

    declared.forEach(done -> bench().get(done, "declared"));
    bench().declare(one, parts);
    bench()
        .get(one.publish(Publication.of(Bench.message("m"), Route.exchange(exchange, "key"))), "m");
    assertThat(bench().drain(queue)).containsExactly("m");
  }

  @Test
  @DisplayName("A4 an existing part that differs: the failure names part, argument, wanted, found")
  void differenceIsNamed() {
    Broker one = bench().broker();
    Broker other = bench().broker();
    // None of the names contains a word that the failure has to say.
    Exchange direct = Exchange.direct(bench().name("a"));
    Queue second = Queue.named(bench().name("b"));
    Queue queue = Queue.named(bench().name("c")).overflow(second.name());
    bench().declare(one, direct, second, queue);

    Difference exchange = difference(other, Exchange.topic(direct.name()));
    Difference overflow = difference(other, Queue.named(queue.name()));

    assertThat(exchange.part()).isEqualTo("exchange '" + direct.name() + "'");
    assertThat(exchange.argument()).isEqualTo("type");
    assertThat(exchange.wanted()).containsIgnoringCase("topic");
    assertThat(exchange.found()).containsIgnoringCase("direct");
    assertThat(overflow.part()).isEqualTo("queue '" + queue.name() + "'");
    assertThat(overflow.argument())
        .containsAnyOf("overflow", "x-dead-letter", "x-delivery-limit", "x-overflow");
    // What an overflow is made of is the backend's own; without one it is something else.
    assertThat(overflow.wanted()).isNotEqualTo(overflow.found());
    bench().publish(other, queue, "still works");
  }

  private record Difference(String part, String argument, String wanted, String found) {}

  private Difference difference(Broker broker, Topology wanted) {
    TopologyException failure = bench().failure(broker.declare(wanted), TopologyException.class);
    assertThat(failure.reason()).isEqualTo(TopologyException.Reason.DIFFERENT);
    assertThat(failure).message().containsPattern(DIFFERENCE);
    Matcher named = DIFFERENCE.matcher("" + failure.getMessage());
    assertThat(named.find()).isTrue();
    return new Difference(failure.part(), named.group(1), named.group(2), named.group(3));
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
    bench().get(bench().aside(broker::close), "closed");
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
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(broker::capabilities);
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

    bench().get(bench().aside(broker::close), "closed");

    List<State> told = holding.states();
    bench().assertNothingLeft();
    assertThat(bench().drain(queue)).contains("m1", "m2", "m3");
    assertThat(holding.count()).isEqualTo(2);
    assertThat(holding.states()).isEqualTo(told);
  }
}
