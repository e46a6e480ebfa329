package dev.errand.worker.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.errand.EnqueueOptions;
import dev.errand.RetryLater;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R: jobs that came back from a worker that was lost. */
abstract class CameBackCases extends Cases {
  /** Two from its queue, where it sits beside others, three from the lane, where it is alone. */
  private static final int DEATHS_BY_A_KILLER = 5;

  private static final String KILLER = "killer";

  /** What a slow job takes, at the pace of a kit that runs on real clocks too. */
  private static final Duration SLOW = Duration.ofMillis(200);

  /**
   * Longer than what came back is put off, where the handler of its earlier run has just not left
   * its thread.
   */
  private static final Duration RUNS_AGAIN = Duration.ofSeconds(70);

  CameBackCases(WorkerContract contract) {
    super(contract);
  }

  /** What counts how often what happened to a job. */
  private record Counts(int attempt, int returns, int crashes, int interruptions, int deferrals) {
    static Counts of(Message message) {
      return new Counts(
          WireFormat.count(message, WireFormat.ATTEMPT, 1),
          WireFormat.count(message, WireFormat.RETURNS, 0),
          WireFormat.count(message, WireFormat.CRASHES, 0),
          WireFormat.count(message, WireFormat.INTERRUPTIONS, 0),
          WireFormat.count(message, WireFormat.DEFERRALS, 0));
    }

    static Counts of(TaskContext context) {
      return of(Message.of("", new byte[0]).headers(context.headers()).build());
    }
  }

  @Test
  @DisplayName("R1 a job that takes its worker down among 500 quick ones: it alone is dead, as"
      + " \"worker lost\", after five deaths, and is told as suspected before")
  void killerAmongQuickOnes() {
    assertKillerAloneIsDead(500, 1, Duration.ZERO);
  }

  @Test
  @DisplayName("R2 the same among 32 slow ones, with two workers")
  void killerAmongSlowOnes() {
    assertKillerAloneIsDead(32, 2, SLOW);
  }

  private void assertKillerAloneIsDead(int innocents, int workers, Duration each) {
    Task<String> task = Task.of("work", String.class).on(bench().name("queue"));
    List<String> names =
        IntStream.range(0, innocents).mapToObj(i -> "innocent " + i).toList();
    bench().client().enqueueAll(task, names.subList(0, innocents / 2));
    bench().client().enqueue(task, KILLER, EnqueueOptions.withId(KILLER));
    bench().client().enqueueAll(task, names.subList(innocents / 2, innocents));
    Told told = new Told();
    Mortals mortals = new Mortals(
        bench(),
        mortal -> mortal.worker().listener(told).handle(task, mortal.handler((payload, context) -> {
          if (payload.equals(KILLER)) {
            mortal.die();
          }
          mortal.work(each);
          bench().journal().ran(payload, context);
        })));

    mortals.start(workers);
    Bench.Taker dead = bench().taker(WireFormat.deadLettersOf(bench().queueOf(task)));
    mortals.until("the killer is dead", DEATHS_BY_A_KILLER + 2, () -> dead.has(KILLER));
    assertThat(mortals.deaths()).as("workers that the killer took down").isEqualTo(5);
    bench()
        .await(
            "the innocents have run or are dead",
            () -> names.stream()
                    .filter(name -> !bench().journal().runsOf(name).isEmpty())
                    .count()
                >= names.size() + 1 - dead.messages().size());

    assertThat(dead.messages()).as("dead").extracting(Message::id).containsExactly(KILLER);
    Message letter = dead.messages().get(0);
    assertThat(letter.headers()).containsEntry(WireFormat.FAILURE_REASON, "worker lost");
    assertThat(letter.headers()).containsEntry(WireFormat.QUEUE, bench().queueOf(task));
    assertThat(Counts.of(letter)).isEqualTo(new Counts(1, 2, 3, 0, 0));
    assertThat(told.all(WorkerEvent.Suspected.class))
        .as("what is told of those that came back from the lane")
        .extracting(suspected -> suspected.job().id(), WorkerEvent.Suspected::crashes)
        .containsExactly(tuple(KILLER, 1), tuple(KILLER, 2));
  }

  @Test
  @DisplayName(
      "R3 six losses of every connection, as restarts of a broker bring them, while slow jobs run:"
          + " none is dead")
  void lossesOfAllConnectionsKillNone() {
    Task<String> task = Task.of("work", String.class).on(bench().name("queue"));
    Rounds rounds = new Rounds(bench());
    for (int worker = 0; worker < 2; worker++) {
      bench().start(bench().worker(bench().broker()).handle(task, rounds::run));
    }
    Bench.Taker dead = bench().taker(WireFormat.deadLettersOf(bench().queueOf(task)));
    List<String> slow = List.of("one", "other");
    bench().client().enqueueAll(task, slow);

    for (int loss = 1; loss <= 6; loss++) {
      assertThat(bench()
              .happens(
                  RUNS_AGAIN,
                  () -> rounds.running() == slow.size() || !dead.messages().isEmpty()))
          .as("both run, or are dead; loss %s; %s", loss, bench().journal())
          .isTrue();
      assertThat(dead.messages()).as("dead before loss %s", loss).isEmpty();
      rounds.next(bench().server()::cutConnections);
    }
    assertThat(bench()
            .happens(
                RUNS_AGAIN,
                () -> rounds.running() == slow.size() || !dead.messages().isEmpty()))
        .as("both run, or are dead; %s", bench().journal())
        .isTrue();
    rounds.next();
    assertThat(dead.messages()).as("dead").isEmpty();
    slow.forEach(payload -> assertThat(bench().journal().attemptsOf(payload))
        .as("attempts of %s", payload)
        .hasSizeGreaterThanOrEqualTo(7)
        .containsOnly(1));
  }

  @Test
  @DisplayName("R4 jobs that came back once go on at full concurrency")
  void cameBackOnceGoesOnAtFullConcurrency() {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    List<Integer> returns = new CopyOnWriteArrayList<>();
    Mortals mortals = new Mortals(
        bench(),
        mortal -> mortal.worker().concurrency(8).handle(task, mortal.handler((payload, context) -> {
          returns.add(Counts.of(context).returns());
          bench().journal().hold(payload, context);
        })));
    mortals.start(1);
    bench().client().enqueueAll(task, List.of("a", "b", "c", "d", "e", "f", "g", "h"));
    bench().await("all run", () -> returns.size() == 8);

    mortals.killAll();
    mortals.start(1);

    boolean all = bench().happens(Duration.ofSeconds(20), () -> returns.size() == 16);
    assertThat(all).as("all eight run at once again: %s", bench().journal()).isTrue();
    assertThat(returns.subList(8, 16)).as("returns").containsOnly(1);
  }

  @Test
  @DisplayName("R5 failures, deferrals, interruptions, returns and crashes are counted apart: of"
      + " the five one moves at a time")
  void countersMoveAlone() {
    Task<String> task = Task.of("work", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.every(Duration.ofMillis(100)).attempts(9));
    List<Counts> seen = new CopyOnWriteArrayList<>();
    Mortals mortals = new Mortals(
        bench(),
        mortal -> mortal
            .worker()
            .gracePeriod(Duration.ZERO)
            .handle(task, mortal.handler((payload, context) -> {
              seen.add(Counts.of(context));
              if (seen.size() == 1) {
                throw new IllegalStateException("a failure");
              }
              if (seen.size() == 2) {
                throw new RetryLater(Duration.ofMillis(100), "a deferral");
              }
              bench().journal().hold(payload, context);
            })));
    bench().client().enqueue(task, "job");

    Worker first = mortals.start();
    bench().await("it runs a third time", () -> seen.size() == 3);
    StopReport report = bench().get(bench().stop(first), "stopped");
    assertThat(report.interrupted()).as(report.toString()).hasSize(1);
    for (int run = 4; run <= 7; run++) {
      int runs = run;
      mortals.start(1);
      bench().await("run " + run, () -> seen.size() == runs);
      mortals.killAll();
    }

    assertThat(seen)
        .containsExactly(
            new Counts(1, 0, 0, 0, 0),
            new Counts(2, 0, 0, 0, 0),
            new Counts(2, 0, 0, 0, 1),
            new Counts(2, 0, 0, 1, 1),
            new Counts(2, 1, 0, 1, 1),
            new Counts(2, 2, 0, 1, 1),
            new Counts(2, 2, 1, 1, 1));
  }

  @Test
  @DisplayName("R6 an innocent job in a lane survives two deaths that another queue's job brought"
      + " on its worker")
  void innocentInALaneSurvives() {
    Task<String> innocent = Task.of("work", String.class).on(bench().name("queue"));
    Task<String> other = Task.of("kill", String.class).on(bench().name("queue"));
    List<Counts> innocents = new CopyOnWriteArrayList<>();
    List<Counts> killers = new CopyOnWriteArrayList<>();
    Mortals mortals = new Mortals(
        bench(),
        mortal -> mortal
            .worker()
            .handle(innocent, mortal.handler((payload, context) -> {
              innocents.add(Counts.of(context));
              if (innocents.size() < 5) {
                bench().journal().hold(payload, context);
              }
              bench().journal().ran(payload, context);
            }))
            .handle(other, mortal.handler((payload, context) -> {
              killers.add(Counts.of(context));
              if (killers.size() <= 2) {
                bench().journal().hold(payload, context);
              }
            })));
    bench().client().enqueue(innocent, "innocent");
    for (int run = 1; run <= 2; run++) {
      int runs = run;
      mortals.start(1);
      bench().await("run " + run, () -> innocents.size() == runs);
      mortals.killAll();
    }

    bench().client().enqueue(other, KILLER);
    Bench.Taker dead = bench().taker(WireFormat.deadLettersOf(bench().queueOf(innocent)));
    for (int death = 1; death <= 2; death++) {
      int deaths = death;
      mortals.start(1);
      bench()
          .await(
              "both run, or the innocent is dead; death " + death,
              () -> (innocents.size() == 2 + deaths && killers.size() == deaths)
                  || !dead.messages().isEmpty());
      mortals.killAll();
    }
    mortals.start(1);
    bench()
        .await(
            "the innocent is done, or dead",
            () -> innocents.size() == 5 || !dead.messages().isEmpty());

    assertThat(dead.messages()).as("dead; the runs: %s", innocents).isEmpty();
    assertThat(innocents)
        .extracting(Counts::crashes)
        .as("crashes that the innocent is held to have caused")
        .containsExactly(0, 0, 0, 1, 2);
  }

  @Test
  @DisplayName("R7 a job that must never run twice and may have run is dead as such: it came back,"
      + " a shutdown interrupted it, its handler put it off, or it failed, also where a policy"
      + " would call it again in hand")
  void atMostOnce() {
    Task<String> task = Task.of("pay", String.class)
        .on(bench().name("queue"))
        .atMostOnce()
        .retrying(RetryPolicy.never().inHand(2, Duration.ofMillis(50)));
    Mortals mortals = new Mortals(
        bench(),
        mortal -> mortal
            .worker()
            .gracePeriod(Duration.ZERO)
            .handle(task, mortal.handler((payload, context) -> {
              switch (payload) {
                case "failed" -> {
                  bench().journal().ran(payload, context);
                  throw new IllegalStateException("once is enough");
                }
                case "put off" -> {
                  bench().journal().ran(payload, context);
                  throw new RetryLater(Duration.ofMillis(100), "not now");
                }
                default -> bench().journal().hold(payload, context);
              }
            })));
    Bench.Taker dead = takerOf(task);

    mortals.start(1);
    bench().client().enqueue(task, "lost", EnqueueOptions.withId("lost"));
    bench().await("it runs", () -> bench().journal().running() == 1);
    mortals.killAll();
    Worker second = mortals.start();
    bench()
        .await(
            "it is dead, or runs again",
            () -> dead.has("lost") || bench().journal().runsOf("lost").size() > 1);
    bench().client().enqueue(task, "failed", EnqueueOptions.withId("failed"));
    bench()
        .await(
            "the failed one is dead, or runs again",
            () -> dead.has("failed") || bench().journal().runsOf("failed").size() > 1);
    bench().client().enqueue(task, "put off", EnqueueOptions.withId("put off"));
    bench()
        .await(
            "the one put off is dead, or runs again",
            () -> dead.has("put off") || bench().journal().runsOf("put off").size() > 1);
    bench().client().enqueue(task, "interrupted", EnqueueOptions.withId("interrupted"));
    bench().await("it runs", () -> !bench().journal().runsOf("interrupted").isEmpty());
    bench().get(bench().stop(second), "stopped");
    Worker third = mortals.start();
    bench()
        .await(
            "it is dead, or runs again",
            () -> dead.has("interrupted")
                || bench().journal().runsOf("interrupted").size() > 1);

    assertThat(bench().journal().runs())
        .extracting(Journal.Run::payload)
        .as("runs")
        .containsExactly("lost", "failed", "put off", "interrupted");
    assertThat(dead.messages())
        .extracting(letter -> letter.headers().get(WireFormat.FAILURE_REASON))
        .containsExactly(
            "may have run",
            "attempt 1 of 1 failed",
            "may have run: put off: not now",
            "may have run");
    StopReport report = bench().get(bench().stop(third), "stopped");
    // A thread that ends late, as the clock runs ahead of it here, is none of it.
    assertThat(report.interrupted()).as(report.toString()).isEmpty();
    assertThat(report.stillRunning()).as(report.toString()).isEmpty();
    assertThat(report.unsettled()).as(report.toString()).isEmpty();
  }

  @Test
  @DisplayName("R8 a job of the lane takes the next free slot before any other")
  void laneComesFirst() {
    Task<String> task = Task.of("work", String.class).on(bench().name("queue"));
    String queue = bench().queueOf(task);
    String lane = WireFormat.laneOf(queue);
    Counting broker = new Counting(bench().broker());
    bench().start(bench().worker(broker).concurrency(1).handle(task, (payload, context) -> {
      if (payload.equals("first")) {
        bench().journal().hold(payload, context);
      } else {
        bench().journal().ran(payload, context);
      }
    }));
    bench().client().enqueue(task, "first");
    bench().await("it runs", () -> bench().journal().running() == 1);
    bench().client().enqueueAll(task, List.of("second", "third", "fourth"));
    bench().await("the others are in hand", () -> broker.handedOver() == 4);
    bench()
        .publish(
            lane,
            Message.of("back", "\"back\"".getBytes(UTF_8))
                .type("work")
                .header(WireFormat.RETURNS, 2)
                .build());
    bench().await("the lane's is on its way", () -> bench().ready(broker, lane) == 0);
    boolean unusedInHand = bench().happens(Duration.ofSeconds(10), () -> broker.handedOver() == 5);

    bench().journal().release();

    bench().await("all have run", () -> bench().journal().runs().size() == 5);
    assertThat(bench().journal().runs())
        .extracting(Journal.Run::payload)
        .containsExactly("first", "back", "second", "third", "fourth");
    assertThat(bench().journal().runsOf("back"))
        .as("the lane is a part of its queue")
        .extracting(Journal.Run::queue)
        .containsExactly(queue);
  }

  @Test
  @DisplayName("R9 a job that takes its worker down takes no slow job of another queue along, which"
      + " that worker has in hand each time")
  void killerOfAnotherQueueTakesNobodyAlong() {
    Task<String> innocent = Task.of("work", String.class).on(bench().name("queue"));
    Task<String> other = Task.of("kill", String.class).on(bench().name("queue"));
    List<Counts> innocents = new CopyOnWriteArrayList<>();
    Mortals mortals = new Mortals(
        bench(),
        mortal -> mortal
            .worker()
            .handle(innocent, mortal.handler((payload, context) -> {
              innocents.add(Counts.of(context));
              mortal.work(SLOW.multipliedBy(10));
              bench().journal().ran(payload, context);
            }))
            .handle(other, mortal.handler((payload, context) -> mortal.die())));
    bench().client().enqueue(innocent, "innocent");
    mortals.start(1);
    bench().await("the innocent runs", () -> innocents.size() == 1);
    Bench.Taker deadInnocents = bench().taker(WireFormat.deadLettersOf(bench().queueOf(innocent)));
    bench().client().enqueue(other, KILLER, EnqueueOptions.withId(KILLER));
    bench().await("the killer's queue", () -> bench().stands(bench().queueOf(other)));
    Bench.Taker dead = bench().taker(WireFormat.deadLettersOf(bench().queueOf(other)));

    mortals.until("the killer is dead", 8, () -> dead.has(KILLER));
    assertThat(dead.messages()).extracting(Message::id).containsExactly(KILLER);
    bench()
        .await(
            "the innocent has run, or is dead",
            () ->
                !bench().journal().runs().isEmpty() || !deadInnocents.messages().isEmpty());
    assertThat(deadInnocents.messages())
        .as("dead; runs of the innocent: %s", innocents)
        .isEmpty();
  }

  @Test
  @DisplayName("R10 a job that must never run twice, and that a worker gives back by two copies as"
      + " the answer to the first is lost, runs once; the other copy is dead, as \"may have run\"")
  void copiedTwiceRunsOnce() {
    Task<String> task = Task.of("pay", String.class).on(bench().name("queue")).atMostOnce();
    Broker lossy = new Unanswering(bench().broker(), bench().queueOf(task));
    Bench.Taker dead = takerOf(task);
    Worker first =
        bench().start(bench().worker(lossy).concurrency(1).handle(task, bench().journal()::hold));
    bench().client().enqueue(task, "running");
    bench().await("it runs", () -> bench().journal().running() == 1);
    bench().client().enqueue(task, "waiting", EnqueueOptions.withId("waiting"));
    bench().await("it is in hand", () -> bench().ready(lossy, bench().queueOf(task)) == 0);

    CompletableFuture<StopReport> stop = bench().stop(first);
    bench().await("both copies are there", () -> bench().ready(lossy, bench().queueOf(task)) == 2);
    bench().journal().release();
    bench().get(stop, "stopped");
    bench().start(bench().worker(bench().broker()).handle(task, bench().journal()::ran));

    bench()
        .await(
            "one has run and the other is dead, or both have run",
            () -> bench().journal().runsOf("waiting").size() + dead.messages().size() == 2);
    assertThat(bench().journal().runsOf("waiting")).as("runs").hasSize(1);
    assertThat(dead.messages())
        .extracting(Message::id, letter -> letter.headers().get(WireFormat.FAILURE_REASON))
        .containsExactly(tuple("waiting", "may have run"));
  }

  private Bench.Taker takerOf(Task<String> task) {
    bench().declare(bench().broker(), task.home().topology());
    return bench().taker(WireFormat.deadLettersOf(bench().queueOf(task)));
  }
}
