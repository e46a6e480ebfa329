package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Delivery;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import dev.errand.broker.Topology;
import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.broker.tck.kit.Column;
import dev.errand.broker.tck.kit.Opening;
import dev.errand.broker.tck.kit.Part;
import dev.errand.broker.tck.kit.Workbench;
import dev.errand.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A bench with queues, what is published to them, and receivers that write down what they get. */
final class Bench extends Workbench {
  /** What a case's receiver throws; a backend may warn of it. */
  static final String THROWN = "The case wants it so.";

  private static final Duration MOVES = Duration.ofSeconds(20);

  private final List<Probe> probes;

  Bench(BackendFixture fixture, Column column) {
    this(fixture, column, new ArrayList<>());
  }

  private Bench(BackendFixture fixture, Column column, List<Probe> probes) {
    super(fixture, column, () -> "probes: " + probes);
    this.probes = probes;
  }

  // The backend.

  /** Whether a copy takes its original's place in one step of the server. */
  boolean replacesInOneStep() {
    return fixture().replacesInOneStep();
  }

  /** What brokers must never show. */
  Set<String> secrets() {
    return fixture().secrets();
  }

  /** What the backend logged. */
  List<String> logLines() {
    return fixture().logLines();
  }

  /** Opens a broker and waits for nothing. */
  Broker open(Duration publishTimeout) {
    return closing(fixture().open(Opening.plain(publishTimeout)));
  }

  /** Opens a broker that may not touch what is named so, and returns it connected. */
  Broker restricted(String forbiddenPrefix) {
    return connected(fixture().openRestricted(forbiddenPrefix));
  }

  /** Opens brokers that are refused, each under words that say why. */
  Map<String, Broker> refused() {
    Map<String, Broker> refused = fixture().openRefused();
    refused.values().forEach(this::closing);
    return refused;
  }

  /** What stands on the server. */
  List<String> inventory(Part kind) {
    return fixture().inventory(kind);
  }

  /** A new queue, declared. */
  Queue queue(Broker broker) {
    Queue queue = Queue.named(name("queue"));
    declare(broker, queue);
    return queue;
  }

  /** A new queue and its overflow, declared. */
  Queue queueWithOverflow(Broker broker) {
    Queue overflow = Queue.named(name("overflow"));
    Queue queue = Queue.named(name("queue")).overflow(overflow.name());
    declare(broker, overflow, queue);
    return queue;
  }

  void declare(Broker broker, Topology... parts) {
    get(broker.declare(parts), "declared");
  }

  static Message message(String id) {
    return Message.of(id, id.getBytes(StandardCharsets.UTF_8)).build();
  }

  static Publication to(Queue queue, String id) {
    return Publication.of(message(id), Route.queue(queue.name()));
  }

  /** A publication through an exchange. */
  static Publication through(Exchange exchange, String key, Message message) {
    return Publication.of(message, Route.exchange(exchange, key));
  }

  /** Publishes to the queue, and waits until the broker has all of them. */
  void publish(Broker broker, Queue queue, String... ids) {
    for (CompletableFuture<Void> answer : publishAll(broker, queue, List.of(ids))) {
      get(answer, "published");
    }
  }

  List<CompletableFuture<Void>> publishAll(Broker broker, Queue queue, List<String> ids) {
    return ids.stream().map(id -> broker.publish(to(queue, id))).toList();
  }

  /**
   * Publishes to the queue under this id, again where the loss of a connection left the outcome
   * unknown. What is not sent waits for the next connection, so few tries fail.
   */
  void publishInTheEnd(Broker broker, Queue queue, String id) {
    get(
        aside(() -> {
          for (int tries = 1; ; tries++) {
            try {
              broker.publish(to(queue, id)).join();
              return;
            } catch (CompletionException notYet) {
              assertThat(tries)
                  .as("publishes of " + id + ", the last: " + notYet)
                  .isLessThan(5);
            }
          }
        }),
        "published " + id);
  }

  Probe probe(Consumer<Delivery> action) {
    Probe probe = new Probe(time(), this::wake, action);
    probes.add(probe);
    return probe;
  }

  /** Subscribes, and waits until the broker confirmed it. */
  Subscription consume(Broker broker, Queue queue, int prefetch, Probe probe) {
    return consume(broker, queue.name(), prefetch, probe);
  }

  private Subscription consume(Broker broker, String queue, int prefetch, Probe probe) {
    Subscription subscription = broker.subscribe(queue, prefetch, probe);
    await("the subscription consumes", () -> subscription.state() == State.CONSUMING);
    return subscription;
  }

  /** A probe that keeps what it gets. */
  Probe holding(Broker broker, Queue queue, int prefetch) {
    Probe probe = probe(delivery -> {});
    consume(broker, queue, prefetch, probe);
    return probe;
  }

  /** Acknowledges it; a connection that is lost meanwhile brings it again. */
  static void ack(Delivery delivery) {
    CompletableFuture<Void> unused = delivery.ack();
  }

  /** A probe that acknowledges what it gets. */
  Probe acking(Broker broker, Queue queue) {
    Probe probe = probe(Bench::ack);
    consume(broker, queue, 100, probe);
    return probe;
  }

  /** A probe that takes what is parked, of this case or another. */
  Probe parked(Broker broker) {
    Probe probe = probe(Bench::ack);
    consume(broker, Queue.UNROUTABLE, 100, probe);
    return probe;
  }

  /**
   * Has the server refuse what goes to this queue, as to a full one, and returns how many messages
   * lie in it then.
   */
  int fill(Broker broker, Queue queue) {
    publish(broker, queue, "before");
    server().refusePublishes(queue.name());
    int taken = 1;
    while (takes(broker, queue) && taken < 200) {
      taken++;
    }
    return taken;
  }

  private boolean takes(Broker broker, Queue queue) {
    CompletableFuture<Void> answer = broker.publish(to(queue, "filling"));
    await("a message to queue " + queue.name() + " is answered", answer::isDone);
    return !answer.isCompletedExceptionally();
  }

  /** All that lies in the queue, by a last message behind it; takes and settles it. */
  List<String> drain(Queue queue) {
    Broker other = broker();
    String last = name("last");
    publish(other, queue, last);
    Probe probe = acking(other, queue);
    await("the last message of " + queue.name() + " arrives", () -> probe.has(last));
    other.close();
    return probe.ids().stream().filter(id -> !id.equals(last)).toList();
  }

  /**
   * As {@link #drain}, for what a server moves into the queue by itself, which is there a moment
   * after it was told to: waits for one message at least.
   */
  List<String> drainMoved(Queue queue) {
    Broker other = broker();
    boolean unusedMoved =
        happens(MOVES, () -> get(other.inspect(queue.name(), 0), "inspected").ready() > 0);
    return drain(queue);
  }

  /** Where time stands still, has so much of it pass at once; does nothing where it does not. */
  void leap(Duration howFar) {
    if (time() instanceof ManualTime still) {
      still.advance(howFar);
    }
  }

  /**
   * A verb ends as one whose connection was lost: GONE, or with its copy's outcome unknown, where
   * the two have a connection each.
   */
  void lost(CompletableFuture<Void> verb) {
    BrokerException failure = failure(verb, BrokerException.class);
    boolean gone = failure instanceof SettleException refused
        && refused.reason() == SettleException.Reason.GONE;
    boolean unknown = failure instanceof PublishException copy
        && copy.reason() == PublishException.Reason.OUTCOME_UNKNOWN;
    assertThat(gone || unknown).as("GONE or OUTCOME_UNKNOWN: " + failure).isTrue();
  }

  @Override
  protected void assertAtTheEnd() {
    assertThat(probes)
        .as("receivers that were called twice at a time")
        .noneMatch(Probe::overlapped);
    assertThat(fixture().unexpectedLogLines())
        .filteredOn(line -> !line.contains(THROWN))
        .as("log lines above INFO")
        .isEmpty();
  }
}
