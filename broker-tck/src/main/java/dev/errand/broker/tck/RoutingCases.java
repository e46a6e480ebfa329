package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.TopologyException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Q: routing. */
abstract class RoutingCases extends Cases {
  static final Map<String, Object> EACH_TYPE = Map.of(
      "string",
      "Grüße",
      "int",
      42,
      "long",
      1L << 40,
      "double",
      1.5,
      "boolean",
      true,
      "bytes",
      new byte[] {1, 2, 3},
      "list",
      List.of("a", "b"));

  private static final Map<String, Object> EACH_OTHER = Map.of(
      "string",
      "grüße",
      "int",
      43,
      "long",
      -1L,
      "double",
      1.25,
      "boolean",
      false,
      "bytes",
      new byte[] {1, 2, 4},
      "list",
      List.of("b", "a"));

  private static final Message MARKED = marked("marked");

  /** Time enough to bind and unbind before, on a machine that has much else to do. */
  private static final Duration UNTIL_DUE = Duration.ofMillis(10_500);

  RoutingCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("Q1 by queue name")
  void byQueueName() {
    Broker broker = bench().broker();
    Arrivals arrivals = new Arrivals(broker);
    Queue one = arrivals.queue("one");
    arrivals.queue("other");

    bench().publish(broker, one, "m");

    assertThat(arrivals.of("m")).containsExactly("one");
  }

  @Test
  @DisplayName("Q2 direct: every queue bound with that key and no other")
  void direct() {
    Broker broker = bench().broker();
    Exchange exchange = Exchange.direct(bench().name("exchange"));
    Arrivals arrivals = new Arrivals(broker);
    arrivals.bound(exchange, "one", "key");
    arrivals.bound(exchange, "two", "key");
    arrivals.bound(exchange, "other", "other");
    arrivals.bound(exchange, "longer", "key.longer");
    arrivals.bound(exchange, "pattern", "#");

    send(broker, exchange, "key");
    send(broker, exchange, "other");

    assertThat(arrivals.of("key")).containsExactly("one", "two");
    assertThat(arrivals.of("other")).containsExactly("other");
  }

  @Test
  @DisplayName("Q3 fanout: a copy to each")
  void fanout() {
    Broker broker = bench().broker();
    Exchange exchange = Exchange.fanout(bench().name("exchange"));
    Arrivals arrivals = new Arrivals(broker);
    arrivals.bound(exchange, "one", "a");
    arrivals.bound(exchange, "two", "b");
    arrivals.bound(exchange, "three", "");
    arrivals.queue("unbound");

    send(broker, exchange, "a");
    send(broker, exchange, "something else");

    assertThat(arrivals.of("a")).containsExactly("one", "three", "two");
    assertThat(arrivals.of("something else")).containsExactly("one", "three", "two");
  }

  @Test
  @DisplayName("Q4 topic: * is one word, # none or more, at either end and in the middle")
  void topic() {
    Map<String, Set<String>> takers = new LinkedHashMap<>();
    takers.put("a", Set.of("#", "*", "a.#"));
    takers.put("b", Set.of("#", "*", "#.b"));
    takers.put("a.b", Set.of("#", "a.*", "*.b", "a.#", "#.b"));
    takers.put("a.c", Set.of("#", "a.*", "a.#", "a.#.c"));
    takers.put("a.b.c", Set.of("#", "a.#", "a.*.c", "a.#.c"));
    takers.put("a.x.y.c", Set.of("#", "a.#", "a.#.c"));
    takers.put("x.y.z.b", Set.of("#", "#.b"));
    takers.put("c.a", Set.of("#"));
    Broker broker = bench().broker();
    Exchange exchange = Exchange.topic(bench().name("exchange"));
    Arrivals arrivals = new Arrivals(broker);
    List.of("#", "*", "a.*", "*.b", "a.#", "#.b", "a.*.c", "a.#.c")
        .forEach(pattern -> arrivals.bound(exchange, pattern, pattern));

    takers.keySet().forEach(key -> send(broker, exchange, key));

    takers.forEach((key, patterns) ->
        assertThat(arrivals.of(key)).as("takers of %s", key).isEqualTo(patterns));
  }

  @Test
  @DisplayName("Q5 headers, all and any, each value type but times")
  void headers() {
    Broker broker = bench().broker();
    Exchange exchange = Exchange.headers(bench().name("exchange"));
    Arrivals arrivals = new Arrivals(broker);
    EACH_TYPE.forEach((name, value) ->
        arrivals.bound(exchange, "is " + name, new Binding.AllOf(Map.of(name, value))));
    arrivals.bound(exchange, "all", new Binding.AllOf(EACH_TYPE));
    arrivals.bound(exchange, "any", new Binding.AnyOf(EACH_TYPE));
    arrivals.bound(exchange, "all of none", new Binding.AllOf(Map.of()));
    arrivals.bound(exchange, "any of none", new Binding.AnyOf(Map.of()));

    send(broker, exchange, Bench.message("none"));
    send(broker, exchange, Bench.message("each").copy().headers(EACH_TYPE).build());
    send(broker, exchange, Bench.message("others").copy().headers(EACH_OTHER).build());
    EACH_TYPE.forEach((name, value) ->
        send(broker, exchange, Bench.message(name).copy().header(name, value).build()));

    assertThat(arrivals.of("none")).containsExactly("all of none");
    assertThat(arrivals.of("others")).containsExactly("all of none");
    Set<String> each = new TreeSet<>(Set.of("all", "any", "all of none"));
    EACH_TYPE.keySet().forEach(name -> each.add("is " + name));
    assertThat(arrivals.of("each")).isEqualTo(each);
    EACH_TYPE
        .keySet()
        .forEach(name -> assertThat(arrivals.of(name))
            .as("takers of %s", name)
            .isEqualTo(Set.of("is " + name, "any", "all of none")));
  }

  @Test
  @DisplayName("Q6 no binding matches: the publish fails, in each exchange type")
  void noBindingMatches() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    for (Exchange.Type type : Exchange.Type.values()) {
      Exchange exchange = new Exchange(bench().name("exchange"), type);
      bench().declare(broker, exchange);
      if (type == Exchange.Type.HEADERS) {
        bench().declare(broker, queue.boundTo(exchange, new Binding.AllOf(Map.of("a", 1))));
      } else if (type != Exchange.Type.FANOUT) {
        bench().declare(broker, queue.boundTo(exchange, "key"));
      }

      PublishException failure = bench()
          .failure(
              broker.publish(Publication.of(Bench.message("m"), Route.exchange(exchange, "else"))),
              PublishException.class);

      assertThat(failure.reason()).as("through a %s exchange", type).isEqualTo(Reason.UNROUTABLE);
      assertThat(failure.safeToRepeat()).isTrue();
    }
    assertThat(bench().drain(queue)).isEmpty();
  }

  @Test
  @DisplayName("Q7 a queue bound twice gets one copy, in each exchange type")
  void boundTwiceGetsOne() {
    Broker broker = bench().broker();
    for (Exchange.Type type : Exchange.Type.values()) {
      Exchange exchange = new Exchange(bench().name("exchange"), type);
      Queue queue = bench().queue(broker);
      bench()
          .declare(
              broker,
              exchange,
              queue.boundTo(exchange, matching(type)),
              queue.boundTo(exchange, matchingToo(type)));

      bench().get(broker.publish(Bench.through(exchange, "a.b", MARKED)), "published");

      assertThat(bench().drain(queue)).as("through a %s exchange", type).hasSize(1);
    }
  }

  /** Where there is one, another that matches what {@link #matching} does. */
  private static Binding.Match matchingToo(Exchange.Type type) {
    return switch (type) {
      case DIRECT -> new Binding.Key("a.b");
      case FANOUT -> new Binding.Key("another");
      case TOPIC -> new Binding.Key("#");
      case HEADERS -> new Binding.AnyOf(Map.of("kind", "right"));
    };
  }

  @Test
  @DisplayName("Q9 a delayed publish through each exchange type arrives where an undelayed one"
      + " would when it is due")
  void delayedGoesTheSameWay() {
    Broker broker = bench().broker();
    List<Delayed> all = Stream.of(Exchange.Type.values())
        .map(type -> delayed(broker, new Exchange(bench().name("exchange"), type)))
        .toList();

    for (Delayed each : all) {
      bench().await(each + ": it arrives", () -> each.right().count() == 1);
      assertThat(Duration.ofNanos(each.right().arrival(0) - each.sent()))
          .as("through a %s", each)
          .isGreaterThanOrEqualTo(UNTIL_DUE);
      bench().await(each + ": where it was bound meanwhile", () -> each.late().count() == 1);
      Publication copy =
          Bench.through(each.exchange(), "a.b", MARKED).after(Duration.ofMillis(200));
      bench().get(each.right().last().replace(copy), "replaced by a delayed copy");
      bench()
          .await(
              each + ": the copy arrives",
              () -> each.right().count() == 2 && each.late().count() == 2);
      assertThat(each.wrong().ids()).as("not matched in a %s", each).isEmpty();
    }
  }

  /**
   * What was published delayed through an exchange.
   *
   * @param late what takes it too, bound after that
   */
  private record Delayed(Exchange exchange, long sent, Probe right, Probe wrong, Probe late) {
    @Override
    public String toString() {
      return exchange.type() + " exchange";
    }
  }

  private Delayed delayed(Broker broker, Exchange exchange) {
    Exchange.Type type = exchange.type();
    Probe right = taker(broker, exchange, matching(type));
    Probe wrong = taker(broker, exchange, type == Exchange.Type.FANOUT ? null : other(type));
    long sent = bench().time().nanoTime();
    Publication published = Bench.through(exchange, "a.b", MARKED).after(UNTIL_DUE);
    bench().get(broker.publish(published), "published");
    return new Delayed(exchange, sent, right, wrong, taker(broker, exchange, matching(type)));
  }

  @Test
  @DisplayName("Q10 a type mismatch of an exchange is named, for each two types")
  void typeMismatchIsNamed() {
    Broker one = bench().broker();
    Broker other = bench().broker();
    for (Exchange.Type found : Exchange.Type.values()) {
      Exchange exchange = new Exchange(bench().name("x"), found);
      bench().declare(one, exchange);
      for (Exchange.Type wanted : Exchange.Type.values()) {
        CompletableFuture<Void> answer = other.declare(new Exchange(exchange.name(), wanted));
        if (wanted == found) {
          bench().get(answer, "declared as it is");
          continue;
        }
        TopologyException failure = bench().failure(answer, TopologyException.class);
        assertThat(failure.reason()).isEqualTo(TopologyException.Reason.DIFFERENT);
        assertThat(failure.part()).isEqualTo("exchange '" + exchange.name() + "'");
        assertThat(failure.getMessage())
            .containsIgnoringCase(found.name())
            .containsIgnoringCase(wanted.name());
      }
    }
  }

  @Test
  @DisplayName("Q11 due and no longer bound: parked")
  void noLongerBoundIsParked() {
    Broker broker = bench().broker();
    Map<String, String> exchanges = new HashMap<>();
    for (Exchange.Type type : Exchange.Type.values()) {
      Exchange exchange = new Exchange(bench().name("exchange"), type);
      Queue queue = bench().queue(broker);
      bench().declare(broker, exchange, queue.boundTo(exchange, matching(type)));
      String id = bench().name(type + "-");
      Publication delayed = Bench.through(exchange, "a.b", marked(id)).after(UNTIL_DUE);
      bench().get(broker.publish(delayed), "published");
      bench().server().deleteQueue(queue.name());
      exchanges.put(id, exchange.name());
    }

    Probe parked = bench().parked(broker);

    bench().await("all are parked", () -> parked.ids().containsAll(exchanges.keySet()));
    for (String id : exchanges.keySet()) {
      Message found = parked.of(id).message();
      assertThat(found.headers())
          .isEqualTo(Map.of(
              "kind",
              "right",
              Message.BROKER_REASON,
              "unroutable",
              Message.BROKER_EXCHANGE,
              exchanges.get(id),
              Message.BROKER_KEY,
              "a.b"));
      assertThat(found.body()).isEqualTo(marked(id).body());
    }
  }

  private static Message marked(String id) {
    return Bench.message(id).copy().header("kind", "right").build();
  }

  private static Binding.Match matching(Exchange.Type type) {
    return switch (type) {
      case DIRECT -> new Binding.Key("a.b");
      case FANOUT -> new Binding.Key("");
      case TOPIC -> new Binding.Key("a.*");
      case HEADERS -> new Binding.AllOf(Map.of("kind", "right"));
    };
  }

  private static Binding.Match other(Exchange.Type type) {
    return type == Exchange.Type.HEADERS
        ? new Binding.AllOf(Map.of("kind", "wrong"))
        : new Binding.Key("a.c");
  }

  /** What a new queue gets that is bound so, or not bound, and keeps. */
  private Probe taker(Broker broker, Exchange exchange, Binding.@Nullable Match match) {
    Queue queue = bench().queue(broker);
    bench().declare(broker, exchange);
    if (match != null) {
      bench().declare(broker, queue.boundTo(exchange, match));
    }
    return bench().holding(broker, queue, 10);
  }

  /** Sends a message whose id is the key. */
  private void send(Broker broker, Exchange exchange, String key) {
    Publication publication = Publication.of(Bench.message(key), Route.exchange(exchange, key));
    bench().get(broker.publish(publication), "sent by " + key);
  }

  private void send(Broker broker, Exchange exchange, Message message) {
    Publication publication = Publication.of(message, Route.exchange(exchange, ""));
    bench().get(broker.publish(publication), "sent " + message.id());
  }

  /** Queues by the names that the case gives them, and which messages came into each. */
  private final class Arrivals {
    private final Broker broker;
    private final Map<String, Queue> queues = new LinkedHashMap<>();
    private final Map<String, List<String>> drained = new LinkedHashMap<>();

    Arrivals(Broker broker) {
      this.broker = broker;
    }

    Queue queue(String label) {
      Queue queue = bench().queue(broker);
      queues.put(label, queue);
      return queue;
    }

    void bound(Exchange exchange, String label, String key) {
      Queue queue = queue(label);
      bench().declare(broker, exchange, queue.boundTo(exchange, key));
    }

    void bound(Exchange exchange, String label, Binding.Match match) {
      Queue queue = queue(label);
      bench().declare(broker, exchange, queue.boundTo(exchange, match));
    }

    /** The queues that hold the message, once each. */
    Set<String> of(String id) {
      Set<String> labels = new TreeSet<>();
      queues.forEach((label, queue) -> {
        List<String> ids = drained.computeIfAbsent(label, missing -> bench().drain(queue));
        long copies = ids.stream().filter(id::equals).count();
        assertThat(copies).as("copies of %s in %s", id, label).isLessThanOrEqualTo(1);
        if (copies == 1) {
          labels.add(label);
        }
      });
      return labels;
    }
  }
}
