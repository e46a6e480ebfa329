package dev.errand.worker.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.DeadLetters;
import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** O: releases of one application that meet at a queue. */
abstract class DeployCases extends Cases {
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final AtomicInteger waits = new AtomicInteger();

  DeployCases(WorkerContract contract) {
    super(contract);
  }

  private static Task<String> task(String name, String queue) {
    return Task.of(name, String.class).on(queue).retrying(RetryPolicy.never());
  }

  /** Counts how often it makes a job wait. */
  private WorkerBuilder worker() {
    return bench().worker(bench().broker()).listener(event -> {
      if (event instanceof WorkerEvent.Waiting) {
        waits.incrementAndGet();
      }
    });
  }

  private Bench.Taker letters(String queue) {
    return bench().taker(WireFormat.deadLettersOf(queue));
  }

  @Test
  @DisplayName("O3 a job of an unknown task waits, and once a worker knows it, it runs")
  void unknownWaits() {
    String queue = bench().name("queue");
    Task<String> known = task("known", queue);
    Task<String> coming = task("coming", queue);
    Worker old = bench().start(worker().handle(known, bench().journal()::ran));
    bench().client().enqueue(coming, "early");
    Bench.Taker letters = letters(queue);

    bench()
        .await(
            "it waits, or is dead", () -> waits.get() > 0 || !letters.messages().isEmpty());
    assertThat(letters.messages()).as("dead, and no worker was asked twice").isEmpty();
    bench().get(bench().stop(old), "stopped");
    bench()
        .start(worker()
            .handle(known, bench().journal()::ran)
            .handle(coming, bench().journal()::ran));

    bench().await("it runs", () -> !bench().journal().runs().isEmpty());
    assertThat(bench().journal().attemptsOf("early")).containsExactly(1);
    assertThat(letters.messages()).isEmpty();
  }

  @Test
  @DisplayName("O4 a job of a newer format, and one of a newer payload version, waits likewise")
  void newerWaits() {
    String queue = bench().name("queue");
    Worker old = bench().start(worker().handle(Bills.second(queue), (bill, job) -> ran(bill, job)));
    bench().client().enqueue(Bills.today(queue), new Bills.Bill("newer", 7, "CHF"));
    bench()
        .publish(
            queue,
            Message.of("format", "{\"order\":\"format\"}".getBytes(UTF_8))
                .type(Bills.NAME)
                .header(WireFormat.FORMAT, WireFormat.VERSION + 1)
                .build());
    Bench.Taker letters = letters(queue);

    bench()
        .await(
            "both wait, or one is dead",
            () -> waits.get() > 1 || !letters.messages().isEmpty());
    assertThat(letters.messages()).as("dead, and no worker was asked twice").isEmpty();
    assertThat(bench().journal().runs()).as("read by who does not know them").isEmpty();
    bench().get(bench().stop(old), "stopped");
    bench()
        .start(
            worker().deployPeriod(SHORT).handle(Bills.today(queue), (bill, job) -> ran(bill, job)));

    bench().await("the payload is known now", () -> !bench().journal().runs().isEmpty());
    assertThat(bench().journal().attemptsOf("Bill[order=newer, amount=7, currency=CHF]"))
        .containsExactly(1);
    bench().await("the format is not", () -> !letters.messages().isEmpty());
    assertThat(reasonOf(letters.messages().get(0))).contains("wire format", "version 2");
  }

  private void ran(Object bill, TaskContext job) {
    bench().journal().ran(bill.toString(), job);
  }

  @Test
  @DisplayName(
      "O10 a job that no worker has known for the deploy period is dead-lettered, and says so:"
          + " counted from when a worker first met it, however long it was delayed before")
  void unknownEnds() {
    String queue = bench().name("queue");
    Task<String> unknown = task("renamed", queue);
    bench()
        .start(worker().deployPeriod(SHORT).handle(task("known", queue), bench().journal()::ran));
    bench().client().enqueue(unknown, "delayed", EnqueueOptions.in(SHORT.plusMillis(500)));
    Bench.Taker letters = letters(queue);

    bench()
        .await(
            "it waits, or is dead", () -> waits.get() > 0 || !letters.messages().isEmpty());
    assertThat(letters.messages()).as("dead when first met").isEmpty();
    // As long again for a clock that runs on while threads wake up.
    boolean ended = bench()
        .happens(
            SHORT.multipliedBy(4).plus(bench().lateness().multipliedBy(3)),
            () -> !letters.messages().isEmpty());

    assertThat(ended).as("dead in the end; it waited %s times", waits.get()).isTrue();
    Message letter = letters.messages().get(0);
    assertThat(reasonOf(letter)).contains("'renamed'", "2 s");
    assertThat(WireFormat.count(letter, WireFormat.ATTEMPT, 1)).as("attempt").isEqualTo(1);
    assertThat(
            millis(letter, WireFormat.FAILURE_LAST_AT) - millis(letter, WireFormat.WAITING_SINCE))
        .as("how long it waited")
        .isGreaterThanOrEqualTo(SHORT.toMillis());
    assertThat(bench().journal().runs()).isEmpty();
  }

  private static String reasonOf(Message letter) {
    return String.valueOf(letter.headers().get(WireFormat.FAILURE_REASON));
  }

  private static long millis(Message letter, String header) {
    return ((Number) letter.headers().getOrDefault(header, 0L)).longValue();
  }

  @Test
  @DisplayName("O11 a job of a task's former name runs by the handler of the task")
  void aliasRuns() {
    String queue = bench().name("queue");
    Task<String> former = task("former", queue);
    Task<String> today = task("today", queue).alias("older", "former");
    bench().start(worker().deployPeriod(SHORT).handle(today, bench().journal()::ran));

    bench().client().enqueueAll(former, List.of("by its former name"));
    bench().client().enqueueAll(today, List.of("by today's"));

    Bench.Taker letters = letters(queue);
    bench()
        .await(
            "each runs, or is dead",
            () -> bench().journal().runs().size() + letters.messages().size() >= 2);
    assertThat(letters.messages()).isEmpty();
    assertThat(bench().journal().runs())
        .extracting(Journal.Run::payload)
        .containsExactlyInAnyOrder("by its former name", "by today's");
  }

  @Test
  @DisplayName("O12 a payload of an earlier version is brought up to today's, from each version")
  void olderIsBroughtUp() {
    String queue = bench().name("queue");
    bench()
        .start(worker()
            .handle(
                Bills.today(queue).retrying(RetryPolicy.never()), (bill, job) -> ran(bill, job)));

    bench().client().enqueue(Bills.first(queue), new Bills.FirstBill("first", 19));
    bench().client().enqueue(Bills.second(queue), new Bills.SecondBill("second", 1950));
    bench().client().enqueue(Bills.today(queue), new Bills.Bill("third", 2000, "CHF"));

    Bench.Taker letters = letters(queue);
    bench()
        .await(
            "each runs, or is dead",
            () -> bench().journal().runs().size() + letters.messages().size() >= 3);
    assertThat(bench().journal().runs())
        .extracting(Journal.Run::payload)
        .containsExactlyInAnyOrder(
            "Bill[order=first, amount=1900, currency=EUR]",
            "Bill[order=second, amount=1950, currency=EUR]",
            "Bill[order=third, amount=2000, currency=CHF]");
  }

  @Test
  @DisplayName("O13 every message that any version of the wire format ever wrote still runs")
  void goldenMessagesRun() {
    Broker broker = bench().broker();
    String queue = bench().name("queue");
    Task<Bills.Bill> task = Bills.today(queue).retrying(RetryPolicy.never());
    bench().declare(broker, task.fromHome().topology());
    List<String> expected = new ArrayList<>();
    for (String name : GoldenMessage.NAMES) {
      GoldenMessage golden = GoldenMessage.named(name);
      expected.add(golden.runsAs());
      bench().publish(golden.place().in(queue), golden.message());
    }
    DeadLetters dead = DeadLetters.of(broker, queue);
    bench().get(bench().calling(() -> dead.redrive(letter -> true)), "redriven");
    bench()
        .start(worker().handle(task, (bill, job) -> ran(bill + ", attempt " + job.attempt(), job)));

    Bench.Taker letters = letters(queue);
    bench()
        .await(
            "each runs, or is dead",
            () -> bench().journal().runs().size() + letters.messages().size() >= expected.size());
    assertThat(bench().journal().runs())
        .extracting(Journal.Run::payload)
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}
