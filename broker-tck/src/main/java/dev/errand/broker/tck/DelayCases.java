package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.time.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** F: delay. */
abstract class DelayCases extends Cases {
  private static final int RETRIES = 20;
  private static final int MANY = 10_000;

  /** More than a server hands on at a time, so that those without a place could hold up others. */
  private static final int DOOMED = 40;

  DelayCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("F1 not before due")
  void neverEarly() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    List<Duration> delays =
        List.of(Duration.ofMillis(1), Duration.ofMillis(250), Duration.ofMillis(1_100));
    List<Long> sent = new ArrayList<>();

    for (int i = 0; i < delays.size(); i++) {
      sent.add(bench().time().nanoTime());
      bench().get(broker.publish(Bench.to(queue, "m" + i).after(delays.get(i))), "published");
    }

    bench().await("all arrive", () -> probe.count() == delays.size());
    for (int i = 0; i < delays.size(); i++) {
      int at = probe.ids().indexOf("m" + i);
      assertThat(Duration.ofNanos(probe.arrival(at) - sent.get(i)))
          .as("m%s arrived after", i)
          .isGreaterThanOrEqualTo(delays.get(i));
    }
  }

  @Test
  @DisplayName("F2 late by no more than one step plus the declared tolerance")
  void neverTooLate() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    Duration tolerance = broker.capabilities().delayStep().plus(bench().lateness());
    List<Duration> delays =
        List.of(Duration.ofMillis(2_300), Duration.ofMillis(1), Duration.ofMillis(1_150));
    List<Long> taken = new ArrayList<>();

    for (int i = 0; i < delays.size(); i++) {
      bench().get(broker.publish(Bench.to(queue, "m" + i).after(delays.get(i))), "published");
      taken.add(bench().time().nanoTime());
    }

    bench().await("all arrive", () -> probe.count() == delays.size());
    for (int i = 0; i < delays.size(); i++) {
      int at = probe.ids().indexOf("m" + i);
      assertThat(Duration.ofNanos(probe.arrival(at) - taken.get(i)))
          .as("m%s arrived after", i)
          .isLessThanOrEqualTo(delays.get(i).plus(tolerance));
    }
  }

  @Test
  @DisplayName("F3 zero and negative are at once")
  void zeroAndNegativeAreAtOnce() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    List<Duration> delays =
        List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE));
    List<String> expected = new ArrayList<>();

    bench().get(broker.publish(Bench.to(queue, "later").after(Duration.ofSeconds(5))), "later");
    for (Duration delay : delays) {
      bench().get(broker.publish(Bench.to(queue, "" + delay).after(delay)), "delay of " + delay);
      expected.add("" + delay);
    }

    bench().await("all arrive", () -> probe.has("later"));
    expected.add("later");
    assertThat(probe.ids()).isEqualTo(expected);
  }

  @Test
  @DisplayName("F4 the declared maximum is accepted, one step more is refused at the call")
  void maximumIsExact() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Duration most = broker.capabilities().maxDelay();
    Duration step = broker.capabilities().delayStep();

    bench().get(broker.publish(Bench.to(queue, "longest").after(most)), "the maximum");
    CompletableFuture<Void> beyond =
        broker.publish(Bench.to(queue, "beyond").after(most.plus(step)));

    assertThat(beyond).isDone();
    PublishException refused = bench().failure(beyond, PublishException.class);
    assertThat(refused.reason()).isEqualTo(Reason.BEYOND_LIMIT);
    assertThat(refused).hasMessageContaining("at most " + DurationText.of(most));
  }

  @Test
  @DisplayName("F5 a shorter delay overtakes a longer one")
  void shorterOvertakes() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);

    // So far apart that a busy machine gets the shorter ones on their way in time.
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int millis : new int[] {7_400, 3_700, 300}) {
      Publication delayed = Bench.to(queue, "" + millis).after(Duration.ofMillis(millis));
      answers.add(broker.publish(delayed));
    }
    answers.forEach(answer -> bench().get(answer, "published"));

    bench().await("all arrive", () -> probe.count() == 3);
    assertThat(probe.ids()).containsExactly("300", "3700", "7400");
  }

  @Test
  @DisplayName("F6 survives a restart of the broker, as durability declares")
  void survivesARestart() {
    Broker broker = bench().broker();
    boolean kept = bench().declares("durability", isDurable(broker));
    Queue queue = bench().queue(broker);
    Exchange exchange = bound(broker, queue);
    // Due well after the restart: what falls due while a server starts may come minutes late there.
    Duration delay = Duration.ofSeconds(30);
    bench().get(broker.publish(Bench.to(queue, "to a queue").after(delay)), "published");
    Publication through = Bench.through(exchange, "k", Bench.message("through an exchange"));
    bench().get(broker.publish(through.after(delay)), "published through an exchange");

    bench().server().restart();

    Probe probe = bench().acking(broker, queue);
    if (kept) {
      bench()
          .await("both arrive", () -> probe.has("to a queue") && probe.has("through an exchange"));
    } else {
      bench().publishInTheEnd(broker, queue, "now");
      Publication last = Bench.to(queue, "last").after(delay.plusSeconds(1));
      bench().get(broker.publish(last), "published again");
      bench().await("the last arrives", () -> probe.has("last"));
      assertThat(probe.ids()).containsExactly("now", "last");
    }
  }

  private static boolean isDurable(Broker broker) {
    return broker.capabilities().durability() != Queue.Durability.NOTHING;
  }

  /** An exchange from which the queue gets everything. */
  private Exchange bound(Broker broker, Queue queue) {
    Exchange exchange = Exchange.topic(bench().name("exchange"));
    bench().declare(broker, exchange, queue.boundTo(exchange, "#"));
    return exchange;
  }

  @Test
  @DisplayName("F7 unroutable is known at the call, also when the delay's queues are needed for the"
      + " first time after a restart")
  void unroutableIsKnownAtTheCall() {
    Broker broker = bench().broker();
    Queue queue = Queue.named(bench().name("queue"));
    Publication delayed = Bench.to(queue, "m").after(Duration.ofMillis(1_500));

    assertUnroutable(broker.publish(delayed));
    bench().declare(broker, queue);
    bench().get(broker.publish(delayed), "published");

    bench().server().restart();
    bench().publishInTheEnd(broker, queue, "connected again");
    // Of other digits, so that their queues are needed for the first time.
    Duration other = Duration.ofMillis(2_300);
    Queue missing = Queue.named(bench().name("missing"));
    assertUnroutable(broker.publish(Bench.to(missing, "lost").after(other)));
    bench().get(broker.publish(Bench.to(queue, "good").after(other)), "published after a restart");
    Probe probe = bench().acking(broker, queue);
    bench().await("the good one arrives", () -> probe.has("good"));
  }

  private void assertUnroutable(CompletableFuture<Void> answer) {
    assertThat(bench().failure(answer, PublishException.class).reason())
        .isEqualTo(Reason.UNROUTABLE);
  }

  @Test
  @DisplayName("F8 destination deleted before due: parked, not lost, and others of the same delay"
      + " still arrive")
  void deletedDestinationIsParked() {
    Broker broker = bench().broker();
    Queue doomed = bench().queue(broker);
    Queue other = bench().queue(broker);
    List<String> lost = names("lost", DOOMED);
    List<String> good = names("good", 10);
    // Time enough to delete the queue before, on a machine that has much else to do.
    Duration delay = Duration.ofSeconds(10);
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    lost.forEach(id -> answers.add(broker.publish(Bench.to(doomed, id).after(delay))));
    good.forEach(id -> answers.add(broker.publish(Bench.to(other, id).after(delay))));
    answers.forEach(answer -> bench().get(answer, "published"));

    bench().server().deleteQueue(doomed.name());

    Probe probe = bench().acking(broker, other);
    Probe parked = bench().parked(broker);
    bench().await("the others arrive", () -> probe.ids().containsAll(good));
    bench().await("the lost ones are parked", () -> parked.ids().containsAll(lost));
    for (String id : lost) {
      Message found = parked.of(id).message();
      assertThat(found.headers()).containsEntry(Message.BROKER_REASON, "unroutable");
      assertThat(found.body()).isEqualTo(Bench.message(id).body());
    }
  }

  /** Unlike those of every other case. */
  private List<String> names(String what, int count) {
    return Stream.generate(() -> bench().name(what)).limit(count).toList();
  }

  @Test
  @DisplayName("F9 10,000 delayed arrive exactly once")
  void thousandsArriveExactlyOnce() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Exchange exchange = bound(broker, queue);
    Probe probe = bench().acking(broker, queue);
    List<CompletableFuture<Void>> answers = new ArrayList<>();

    for (int i = 0; i < MANY; i++) {
      Message message = Bench.message("m" + i);
      Publication publication = i % 2 == 0
          ? Publication.of(message, Route.queue(queue.name()))
          : Bench.through(exchange, "k", message);
      answers.add(broker.publish(publication.after(Duration.ofMillis(100 + 100 * (i % 20)))));
    }
    answers.forEach(answer -> bench().get(answer, "published"));

    bench().await("all arrive", () -> probe.count() >= MANY);
    bench().watch("no more arrive", Duration.ofSeconds(1), () -> probe.count() == MANY);
    assertThat(Set.copyOf(probe.ids())).hasSize(MANY);
  }

  @Test
  @DisplayName("F10 a second retry, third, … twentieth of one message through delays of several"
      + " digits arrives (the x-death trap)")
  void twentyRetriesArrive() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");

    for (int retry = 1; retry <= RETRIES; retry++) {
      int times = retry;
      bench().await("it arrives before retry " + times, () -> probe.count() == times);
      Publication copy = Publication.of(
          probe.last().message().copy().header("retry", times).build(), Route.queue(queue.name()));
      Duration delay = Duration.ofMillis(times == 10 ? 1_100 : 100 + 100 * (times % 3));
      bench().get(probe.last().replace(copy.after(delay)), "retry " + times);
    }

    bench().await("it arrives after them", () -> probe.count() == RETRIES + 1);
    assertThat(probe.last().message().headers()).containsEntry("retry", RETRIES);
    assertThat(probe.last().redeliveries()).isZero();
  }

  @Test
  @DisplayName("F11 a headers', a priority's and a persistence's value survive the delay")
  void valuesSurvive() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Exchange exchange = bound(broker, queue);
    Message message = rich("to a queue");
    Message other = rich("through an exchange");
    Duration delay = Duration.ofMillis(1_200);

    Publication direct = Publication.of(message, Route.queue(queue.name()));
    bench().get(broker.publish(direct.after(delay)), "published");
    Publication through = Bench.through(exchange, "k", other);
    bench().get(broker.publish(through.after(delay)), "published through an exchange");

    Probe probe = bench().holding(broker, queue, 10);
    bench().await("both arrive", () -> probe.count() == 2);
    for (Message sent : List.of(message, other)) {
      Delivery delivery = probe.of(sent.id());
      assertThat(delivery.message()).usingRecursiveComparison().isEqualTo(sent);
      assertThat(delivery.redeliveries()).isZero();
    }
    if (isDurable(broker)) {
      bench().server().restart();
      bench().await("both come back", () -> probe.count() == 4);
    }
  }

  @Test
  @DisplayName(
      "F12 due and refused by a full queue behind its exchange: parked with the reason, the"
          + " exchange and the key, and nothing comes twice")
  void refusedWhenDueIsParked() {
    Broker broker = bench().broker();
    Queue full = bench().queueWithOverflow(broker);
    Queue other = bench().queue(broker);
    Exchange exchange = Exchange.fanout(bench().name("exchange"));
    bench().declare(broker, exchange, full.boundTo(exchange, ""), other.boundTo(exchange, ""));
    int taken = bench().fill(broker, full);
    String id = bench().name("late");
    Probe probe = bench().acking(broker, other);

    Publication late = Bench.through(exchange, "k", Bench.message(id));
    bench().get(broker.publish(late.after(Duration.ofSeconds(1))), "published");
    Probe parked = bench().parked(broker);

    bench().await("it is parked", () -> parked.has(id));
    bench()
        .watch(
            "nothing comes twice",
            Duration.ofSeconds(4),
            () -> times(id, parked) == 1 && times(id, probe) <= 1);
    assertThat(parked.of(id).message().headers())
        .isEqualTo(Map.of(
            Message.BROKER_REASON, "rejected",
            Message.BROKER_EXCHANGE, exchange.name(),
            Message.BROKER_KEY, "k"));
    Probe rest = bench().acking(broker, full);
    bench().await("the full queue is empty", () -> rest.count() == taken);
    bench().server().takePublishes(full.name());
  }

  private static long times(String id, Probe probe) {
    return probe.ids().stream().filter(id::equals).count();
  }

  private static Message rich(String id) {
    return Message.of(id, new byte[] {0, 1, -1, 127, -128})
        .type("documents.render")
        .contentType("application/octet-stream")
        .timestamp(Instant.parse("2026-02-03T04:05:06Z"))
        .priority(3)
        .correlationId("correlation")
        .replyTo("reply")
        .appId("app")
        .headers(RoutingCases.EACH_TYPE)
        .header("instant", Instant.parse("2026-02-03T04:05:06Z"))
        .build();
  }
}
