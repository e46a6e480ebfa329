package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.tck.kit.Offer;
import dev.errand.broker.tck.kit.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** B: publish. */
abstract class PublishCases extends Cases {
  PublishCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("B1 a publish completes only after the broker took it")
  void completesOnceTaken() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    bench().publish(broker, queue, "first");

    bench().server().holdAnswers();
    CompletableFuture<Void> answer = broker.publish(Bench.to(queue, "second"));
    bench().watch("unanswered", Duration.ofMillis(300), () -> !answer.isDone());
    bench().server().flow();

    bench().get(answer, "published");
    assertThat(bench().drain(queue)).containsExactly("first", "second");
  }

  @Test
  @DisplayName("B2 unroutable by queue name fails that publish and no other in the window")
  void unroutableFailsAlone() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Queue missing = Queue.named(bench().name("missing"));
    List<String> ids = ids(100);

    List<CompletableFuture<Void>> before = bench().publishAll(broker, queue, ids.subList(0, 50));
    CompletableFuture<Void> lost = broker.publish(Bench.to(missing, "lost"));
    List<CompletableFuture<Void>> after = bench().publishAll(broker, queue, ids.subList(50, 100));

    PublishException failure = bench().failure(lost, PublishException.class);
    assertThat(failure.reason()).isEqualTo(Reason.UNROUTABLE);
    assertThat(failure.safeToRepeat()).isTrue();
    assertThat(failure.messageId()).isEqualTo("lost");
    assertThat(failure.route()).isEqualTo(Route.queue(missing.name()));
    before.forEach(answer -> bench().get(answer, "published before"));
    after.forEach(answer -> bench().get(answer, "published after"));
    assertThat(bench().drain(queue)).isEqualTo(ids);
  }

  @Test
  @DisplayName("B3 a refusal by the broker fails as REJECTED")
  void refusalIsRejected() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    bench().publish(broker, queue, "before");
    List<String> taken = new ArrayList<>(List.of("before"));

    bench().server().refusePublishes(queue.name());
    CompletableFuture<Void> answer;
    do {
      String id = "m" + taken.size();
      answer = broker.publish(Bench.to(queue, id));
      bench().await(id + " is answered", answer::isDone);
      taken.add(id);
    } while (!answer.isCompletedExceptionally() && taken.size() < 200);

    PublishException refused = bench().failure(answer, PublishException.class);
    assertThat(refused.reason()).isEqualTo(Reason.REJECTED);
    assertThat(refused.safeToRepeat()).isTrue();
    assertThat(refused.route()).isEqualTo(Route.queue(queue.name()));
    taken.remove(refused.messageId());
    Probe probe = bench().acking(bench().broker(), queue);
    bench().await("all that was taken arrives", () -> probe.count() == taken.size());
    bench().server().takePublishes(queue.name());
    bench()
        .await(
            "it takes publishes again",
            () -> broker
                .publish(Bench.to(queue, "after"))
                .handle((none, error) -> error == null)
                .join());
    bench().await("what it takes arrives", () -> probe.has("after"));
    taken.add("after");
    assertThat(probe.ids()).isEqualTo(taken);
  }

  @Test
  @DisplayName("B18 refused by one of several queues behind an exchange: fails, and is called safe"
      + " to repeat only where no other queue has it")
  void partialRefusalIsToldAsSuch() {
    Broker broker = bench().broker();
    Queue full = bench().queueWithOverflow(broker);
    Queue other = bench().queue(broker);
    Exchange exchange = Exchange.fanout(bench().name("exchange"));
    bench().declare(broker, exchange, full.boundTo(exchange, ""), other.boundTo(exchange, ""));
    int taken = bench().fill(broker, full);

    CompletableFuture<Void> answer =
        broker.publish(Bench.through(exchange, "k", Bench.message("m")));

    PublishException refused = bench().failure(answer, PublishException.class);
    List<String> elsewhere = bench().drain(other);
    if (refused.safeToRepeat()) {
      assertThat(refused.reason()).isEqualTo(Reason.REJECTED);
      assertThat(elsewhere).isEmpty();
    } else {
      assertThat(refused.reason()).isEqualTo(Reason.PARTLY_REJECTED);
      assertThat(elsewhere).isSubsetOf("m");
    }
    Probe rest = bench().acking(broker, full);
    bench().await("the full queue is empty", () -> rest.count() == taken);
    bench().server().takePublishes(full.name());
  }

  @Test
  @DisplayName("B4 no answer in time is OUTCOME_UNKNOWN, and the next publishes succeed")
  void lateAnswerIsUnknown() {
    Broker broker = bench().open(Duration.ofSeconds(1));
    broker.ready(Patience.LONGEST);
    Queue queue = bench().queue(broker);
    // Its time-out is short for a busy machine too.
    bench().publishInTheEnd(broker, queue, "first");

    bench().server().holdAnswers();
    List<CompletableFuture<Void>> answers = bench().publishAll(broker, queue, ids(10));
    Set<String> notSent = notSent(answers);
    bench().server().flow();

    for (int number = 0; number < 20; number++) {
      bench().publishInTheEnd(broker, queue, "after " + number);
    }
    assertThat(bench().drain(queue))
        .contains("first", "after 0", "after 19")
        .as("none of those that were not sent: %s", notSent)
        .noneMatch(notSent::contains);
  }

  /**
   * The outcome of each is unknown, but of those whose backend knows that they never left: these.
   */
  private Set<String> notSent(List<CompletableFuture<Void>> answers) {
    Set<String> notSent = new HashSet<>();
    for (CompletableFuture<Void> answer : answers) {
      PublishException failure = bench().failure(answer, PublishException.class);
      if (failure.reason() == Reason.UNAVAILABLE) {
        notSent.add(failure.messageId());
      } else {
        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure.safeToRepeat()).isFalse();
      }
    }
    return notSent;
  }

  @Test
  @DisplayName("B5 while disconnected a publish waits, then fails as UNAVAILABLE, bounded")
  void waitsForTheConnection() {
    Duration timeout = Duration.ofMillis(600);
    Queue queue = bench().queue(bench().broker());
    bench().server().stop();
    Broker broker = bench().open(timeout);
    long begin = bench().time().nanoTime();

    PublishException failure = bench()
        .failure(
            bench().aside(() -> broker.publish(Bench.to(queue, "lost")).join()),
            PublishException.class);

    Duration waited = Duration.ofNanos(bench().time().nanoTime() - begin);
    assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(failure.safeToRepeat()).isTrue();
    assertThat(waited).isBetween(timeout.minusMillis(50), timeout.plusSeconds(5));
    Broker patient = bench().open(Patience.LONGEST);
    CompletableFuture<Void> waiting =
        bench().aside(() -> patient.publish(Bench.to(queue, "waited")).join());
    bench().watch("it waits", Duration.ofMillis(200), () -> !waiting.isDone());
    bench().server().start();
    bench().get(waiting, "published when the server came");
    assertThat(bench().drain(queue)).containsExactly("waited");
  }

  @Test
  @DisplayName("B6 connection lost with answers outstanding: each future ends exactly once, as"
      + " OUTCOME_UNKNOWN, and nothing is sent again by itself")
  void lostAnswersAreUnknown() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    bench().publish(broker, queue, "first");
    AtomicInteger ends = new AtomicInteger();

    bench().server().holdAnswers();
    List<CompletableFuture<Void>> answers = bench().publishAll(broker, queue, ids(20));
    for (CompletableFuture<Void> answer : answers) {
      CompletableFuture<Void> unused = answer.whenComplete((none, error) -> ends.incrementAndGet());
    }
    bench().watch("unanswered", Duration.ofMillis(200), () -> ends.get() == 0);
    bench().server().cutConnections();
    bench().server().flow();

    Set<String> notSent = notSent(answers);
    bench().await("each end is told", () -> ends.get() >= 20);
    bench().publishInTheEnd(broker, queue, "after");
    assertThat(bench().drain(queue))
        .doesNotHaveDuplicates()
        .contains("first", "after")
        .as("none of those that were not sent: %s", notSent)
        .noneMatch(notSent::contains);
    assertThat(ends).hasValue(20);
  }

  @Test
  @DisplayName("B7 order is kept from one thread to one queue")
  void orderIsKept() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    List<String> ids = ids(2_000);

    bench().publishAll(broker, queue, ids).forEach(answer -> bench().get(answer, "published"));

    assertThat(bench().drain(queue)).isEqualTo(ids);
  }

  @Test
  @DisplayName("B8 64 threads share a broker")
  void threadsShareABroker() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    List<List<String>> work = IntStream.range(0, 64)
        .mapToObj(thread -> ids(20).stream().map(id -> thread + "-" + id).toList())
        .toList();

    List<CompletableFuture<Void>> threads = work.stream()
        .map(ids -> bench()
            .aside(() -> ids.forEach(id -> broker.publish(Bench.to(queue, id)).join())))
        .toList();

    threads.forEach(thread -> bench().get(thread, "a thread's publishes"));
    List<String> arrived = bench().drain(queue);
    assertThat(arrived).hasSize(64 * 20);
    work.forEach(ids -> assertThat(arrived).containsSubsequence(ids));
  }

  @Test
  @DisplayName("B9 a message survives a restart of the broker, as durability declares")
  void messageSurvivesARestart() {
    Broker broker = bench().broker();
    boolean durable = broker.capabilities().durability() != Queue.Durability.NOTHING;
    boolean kept = bench().declares("durability", durable);
    Queue queue = bench().queue(broker);
    bench().publish(broker, queue, "m1", "m2");
    broker.close();

    bench().server().restart();

    Broker later = bench().broker();
    bench().declare(later, queue);
    Probe probe = bench().acking(later, queue);
    bench().publishInTheEnd(later, queue, "last");
    bench().await("the last arrives", () -> probe.has("last"));
    assertThat(probe.ids())
        .containsExactlyElementsOf(kept ? List.of("m1", "m2", "last") : List.of("last"));
  }

  @Test
  @DisplayName("B10 the same id twice in one window, one of them routable: exactly the other fails")
  void sameIdsAreToldApart() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Queue missing = Queue.named(bench().name("missing"));

    CompletableFuture<Void> lost = broker.publish(Bench.to(missing, "one"));
    CompletableFuture<Void> taken = broker.publish(Bench.to(queue, "one"));
    CompletableFuture<Void> alsoTaken = broker.publish(Bench.to(queue, "two"));
    CompletableFuture<Void> alsoLost = broker.publish(Bench.to(missing, "two"));

    for (CompletableFuture<Void> failed : List.of(lost, alsoLost)) {
      assertThat(bench().failure(failed, PublishException.class).reason())
          .isEqualTo(Reason.UNROUTABLE);
    }
    bench().get(taken, "the first routable one");
    bench().get(alsoTaken, "the second routable one");
    assertThat(bench().drain(queue)).containsExactly("one", "two");
  }

  @Test
  @DisplayName("B11 one publish to a missing exchange among 1,000 in flight: 999 succeed")
  void missingExchangeFailsAlone() {
    Broker broker = bench().broker();
    Exchange missing = Exchange.direct(bench().name("missing"));

    assertFailsAlone(broker, missing, Reason.UNROUTABLE);
  }

  private void assertFailsAlone(Broker broker, Exchange exchange, Reason reason) {
    Queue queue = bench().queue(broker);
    List<CompletableFuture<Void>> answers = new ArrayList<>();

    answers.addAll(bench().publishAll(broker, queue, ids(500)));
    CompletableFuture<Void> lost =
        broker.publish(Publication.of(Bench.message("lost"), Route.exchange(exchange, "key")));
    answers.addAll(bench().publishAll(broker, queue, ids(499)));

    PublishException failure = bench().failure(lost, PublishException.class);
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure).hasMessageContaining(exchange.name());
    answers.forEach(answer -> bench().get(answer, "published"));
    assertThat(bench().drain(queue)).hasSize(999);
  }

  @Test
  @DisplayName("B12 a publish that is waited for inside a dependent action of another ends within a"
      + " round trip")
  void dependentActionsPublishAndWait() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    bench().publish(broker, queue, "first");

    // Held, so that the action runs on the thread that answers, not on ours.
    bench().server().holdAnswers();
    CompletableFuture<Void> chain = broker
        .publish(Bench.to(queue, "outer"))
        .thenRun(() -> broker
            .publish(Bench.to(queue, "inner"))
            .thenRun(() -> broker.publish(Bench.to(queue, "innermost")).join())
            .join());
    bench().server().flow();

    bench().get(chain, "the publishes inside");
    assertThat(bench().drain(queue)).containsExactly("first", "outer", "inner", "innermost");
  }

  @Test
  @DisplayName("B13 a header value, key or body beyond a limit is refused at the call as"
      + " BEYOND_LIMIT, and 100 good ones after it succeed")
  void limitsAreCheckedAtTheCall() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Exchange exchange = Exchange.topic(bench().name("exchange"));
    bench().declare(broker, exchange);
    Route there = Route.queue(queue.name());
    byte[] large = new byte[broker.capabilities().maxBodyBytes() + 1];
    List<Publication> beyond = List.of(
        Publication.of(Message.of("body", large).build(), there),
        Publication.of(
            Bench.message("header").copy().header("h", "v".repeat(70_000)).build(), there),
        Publication.of(Bench.message("type").copy().type("t".repeat(256)).build(), there),
        Publication.of(Bench.message("key"), Route.exchange(exchange, "k".repeat(201))));

    for (Publication publication : beyond) {
      CompletableFuture<Void> refused = broker.publish(publication);

      assertThat(refused).as(publication.message().id()).isDone();
      assertThat(bench().failure(refused, PublishException.class).reason())
          .isEqualTo(Reason.BEYOND_LIMIT);
    }
    List<String> good = ids(100);
    bench()
        .publishAll(broker, queue, good)
        .forEach(answer -> bench().get(answer, "published after refusals"));
    assertThat(bench().drain(queue)).isEqualTo(good);
  }

  @Test
  @DisplayName("B17 one publish without permission among 1,000 in flight: 999 succeed")
  void forbiddenExchangeFailsAlone() {
    if (!bench().offers(Offer.PERMISSIONS)) {
      return;
    }
    Exchange forbidden = Exchange.direct(bench().name("forbidden"));
    bench().declare(bench().broker(), forbidden);

    assertFailsAlone(bench().restricted(forbidden.name()), forbidden, Reason.REJECTED);
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(number -> "m" + number).toList();
  }
}
