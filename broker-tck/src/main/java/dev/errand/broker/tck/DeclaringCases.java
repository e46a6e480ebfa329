package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription.State;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.tck.kit.Offer;
import dev.errand.broker.tck.kit.Part;
import dev.errand.broker.tck.kit.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A: declare. */
abstract class DeclaringCases extends Cases {
  private static final Pattern DIFFERENCE =
      Pattern.compile("with another '([^']+)'\\. Wanted is (.+), found is (.+)\\. It is left");

  private static final Duration SOON = Duration.ofSeconds(20);

  DeclaringCases(BrokerContract contract) {
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
  @DisplayName("A2 with declare=check a missing queue or exchange, the backend's own included, is"
      + " reported and not made")
  void checkReportsWhatIsMissing() {
    Broker checking = bench().checking();
    Queue queue = Queue.named(bench().name("queue"));
    Exchange exchange = Exchange.topic(bench().name("exchange"));
    Topology binding = queue.boundTo(exchange, "key");
    List<String> queues = bench().inventory(Part.QUEUE);
    List<String> exchanges = bench().inventory(Part.EXCHANGE);

    assertMissing(checking, "queue '" + queue.name() + "'", queue);
    assertMissing(checking, "exchange '" + exchange.name() + "'", exchange);
    assertMissing(checking, "exchange '" + exchange.name() + "'", binding, queue, exchange);
    assertThat(bench().inventory(Part.QUEUE)).isEqualTo(queues);
    assertThat(bench().inventory(Part.EXCHANGE)).isEqualTo(exchanges);

    bench().declare(bench().broker(), queue, exchange, binding);
    bench().declare(checking, queue, exchange, binding);
    bench().publish(checking, queue, "m");
    assertThat(bench().drain(queue)).containsExactly("m");
  }

  private void assertMissing(Broker broker, String part, Topology... wanted) {
    TopologyException failure = bench().failure(broker.declare(wanted), TopologyException.class);
    assertThat(failure.reason()).isEqualTo(TopologyException.Reason.MISSING);
    assertThat(failure.part()).isEqualTo(part);
    assertThat(failure).hasMessageContaining("declare=check");
  }

  @Test
  @DisplayName("A3 with declare=check nothing is declared or deleted, in the whole life")
  void checkMakesNothingInItsWholeLife() {
    Broker owner = bench().broker();
    Exchange exchange = Exchange.direct(bench().name("exchange"));
    Queue overflow = Queue.named(bench().name("overflow"));
    Queue queue = Queue.named(bench().name("queue")).overflow(overflow.name());
    Topology[] parts = {exchange, overflow, queue, queue.boundTo(exchange, "key")};
    bench().declare(owner, parts);
    bench().get(owner.publish(Bench.to(queue, "first").after(Duration.ofMillis(100))), "first");
    bench().get(bench().aside(owner::close), "the owner closed");
    List<String> queues = bench().inventory(Part.QUEUE);
    Broker checking = bench().checking();

    bench().declare(checking, parts);
    Probe probe = bench().acking(checking, queue);
    bench().get(checking.publish(Bench.to(queue, "due").after(Duration.ofMillis(200))), "due");
    bench().await("what is due arrives", () -> probe.has("first") && probe.has("due"));
    bench().server().stop();
    bench().server().deleteQueue(queue.name());
    bench().server().start();
    bench().get(bench().aside(() -> checking.ready(Patience.LONGEST)), "ready");
    assertMissing(checking, "queue '" + queue.name() + "'", queue);
    bench()
        .watch(
            "not consumed",
            Duration.ofMillis(500),
            () -> !probe.states().get(probe.states().size() - 1).equals(State.CONSUMING));

    assertThat(bench().inventory(Part.QUEUE)).isEqualTo(without(queue, queues));
    bench().declare(bench().broker(), parts);
    bench().publishInTheEnd(checking, queue, "after");
    bench().await("it consumes again", () -> probe.has("after"));
    bench().cutOff(checking);
    assertThat(bench().inventory(Part.QUEUE)).containsExactlyInAnyOrderElementsOf(queues);
    assertThat(bench().inventory(Part.EXCHANGE)).anyMatch(line -> line.contains(exchange.name()));
  }

  private static List<String> without(Queue queue, List<String> lines) {
    return lines.stream().filter(line -> !line.contains(queue.name())).toList();
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
  @DisplayName("A5 missing permission fails as FORBIDDEN and leaves nothing open")
  void forbiddenPartIsNamed() {
    if (!bench().offers(Offer.PERMISSIONS)) {
      return;
    }
    String forbidden = bench().name("forbidden");
    Broker broker = bench().restricted(forbidden);
    Queue allowed = bench().queue(broker);
    int open = bench().inventory(Part.CHANNEL).size();

    for (int times = 0; times < 10; times++) {
      assertForbidden(broker, Queue.named(forbidden + times), "queue '" + forbidden + times + "'");
      assertForbidden(broker, Exchange.topic(forbidden), "exchange '" + forbidden + "'");
    }

    bench().publish(broker, allowed, "m");
    // A server may list a channel that it has closed for a moment longer.
    boolean closed = bench().happens(SOON, () -> bench().inventory(Part.CHANNEL).size() <= open);
    assertThat(closed)
        .as("at most %s channels: %s", open, bench().inventory(Part.CHANNEL))
        .isTrue();
    assertThat(bench().drain(allowed)).containsExactly("m");
  }

  private void assertForbidden(Broker broker, Topology wanted, String part) {
    TopologyException failure = bench().failure(broker.declare(wanted), TopologyException.class);
    assertThat(failure.reason()).isEqualTo(TopologyException.Reason.FORBIDDEN);
    assertThat(failure.part()).isEqualTo(part);
  }

  @Test
  @DisplayName("A6 a broker that only publishes opens no consumer")
  void publisherConsumesNothing() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);

    bench().publish(broker, queue, "m1", "m2");
    bench().get(broker.publish(Bench.to(queue, "later").after(Duration.ofMillis(300))), "later");
    bench().get(broker.inspect(queue.name(), 1), "inspected");

    assertThat(bench().inventory(Part.CONSUMER)).isEmpty();
    assertThat(bench().drain(queue)).contains("m1", "m2");
  }

  @Test
  @DisplayName("A11 two sides that share a constant may declare in either order")
  void eitherSideComesFirst() {
    for (boolean senderFirst : new boolean[] {true, false}) {
      Exchange exchange = Exchange.direct(bench().name("exchange"));
      Queue overflow = Queue.named(bench().name("overflow"));
      Queue queue = Queue.named(bench().name("queue")).overflow(overflow.name());
      Broker sender = bench().broker();
      Broker worker = bench().broker();
      Topology[] sent = {exchange, overflow, queue};
      Topology[] worked = {queue.boundTo(exchange, "key"), overflow, queue, exchange};

      bench().declare(senderFirst ? sender : worker, senderFirst ? sent : worked);
      bench().declare(senderFirst ? worker : sender, senderFirst ? worked : sent);

      bench()
          .get(
              sender.publish(Publication.of(Bench.message("m"), Route.exchange(exchange, "key"))),
              "m");
      assertThat(bench().drain(queue)).containsExactly("m");
    }
  }

  @Test
  @DisplayName("A12 topology, subscriptions and their prefetch are back after a reconnect, declared"
      + " exchanges first")
  void allIsBackAfterAReconnect() {
    Broker broker = bench().broker();
    Exchange exchange = Exchange.direct(bench().name("exchange"));
    Queue overflow = Queue.named(bench().name("overflow"));
    Queue queue = Queue.named(bench().name("queue")).overflow(overflow.name());
    bench().declare(broker, queue.boundTo(exchange, "key"), queue, overflow, exchange);
    Probe holding = bench().holding(broker, queue, 2);

    bench().server().stop();
    bench().server().deleteQueue(queue.name());
    bench().server().deleteQueue(overflow.name());
    bench().server().deleteExchange(exchange.name());
    bench().server().start();

    bench()
        .await(
            "it consumes again",
            () -> holding.states().size() > 1
                && holding.states().get(holding.states().size() - 1) == State.CONSUMING);
    for (String id : List.of("m1", "m2", "m3", "m4")) {
      bench()
          .get(
              broker.publish(Publication.of(Bench.message(id), Route.exchange(exchange, "key"))),
              id);
    }
    bench().await("two arrive", () -> holding.count() >= 2);
    bench().watch("no more than two", Duration.ofMillis(300), () -> holding.count() == 2);
    bench().get(holding.delivery(0).reject(), "the first rejected into the overflow");
    assertThat(bench().drainMoved(overflow)).containsExactly("m1");
  }

  @Test
  @DisplayName("A13 declared before the first connection: done with it")
  void declaredBeforeTheFirstConnection() {
    bench().server().stop();
    Broker broker = bench().open(Duration.ofSeconds(10));
    Exchange exchange = Exchange.direct(bench().name("exchange"));
    Queue queue = Queue.named(bench().name("queue"));

    CompletableFuture<Void> declared = broker.declare(exchange, queue);
    CompletableFuture<Void> bound = broker.declare(queue.boundTo(exchange, "key"));
    bench()
        .watch("not declared", Duration.ofMillis(200), () -> !declared.isDone() && !bound.isDone());
    bench().server().start();

    bench().get(declared, "declared");
    bench().get(bound, "bound");
    bench()
        .get(
            bench()
                .broker()
                .publish(Publication.of(Bench.message("m"), Route.exchange(exchange, "key"))),
            "m");
    assertThat(bench().drain(queue)).containsExactly("m");
  }
}
