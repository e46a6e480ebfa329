package dev.errand.worker.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.DeadLetter;
import dev.errand.DeadLetters;
import dev.errand.EnqueueOptions;
import dev.errand.PassReport;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** I: dead letters, and what an operator does with them. */
abstract class RedriveCases extends DeadLetterCases {
  RedriveCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName(
      "I6 one dead letter is redriven: it is in its queue again, the others stay as they are")
  void redriveOne() {
    String queue = deadLetters("a", "b", "c");
    DeadLetters letters = DeadLetters.of(bench().broker(), queue);
    List<DeadLetter> before = letters.list(10);

    PassReport report = run(() -> letters.redrive(is("b")));

    assertThat(report).isEqualTo(new PassReport(queue, 1, 2, List.of(), null));
    List<Message> back = bench().drain(queue);
    assertThat(back).extracting(Message::id).containsExactly("b");
    assertThat(back.get(0).type()).isEqualTo("fail");
    assertThat(new String(back.get(0).body(), UTF_8)).isEqualTo("\"payload of b\"");
    assertThat(headersOf(bench().drain(WireFormat.deadLettersOf(queue))))
        .containsExactlyInAnyOrderElementsOf(headersOf(
            before.stream().filter(is("b").negate()).map(DeadLetter::message).toList()));
  }

  @Test
  @DisplayName("I7 dead letters are redriven by a filter, and no faster than at the given rate")
  void redriveByFilter() {
    String queue = deadLetters(ids(10));
    Duration pause = Duration.ofMillis(200);
    DeadLetters letters = DeadLetters.of(bench().broker(), queue).every(pause);
    long begin = bench().time().nanoTime();

    PassReport report = run(() -> letters.redrive(letter ->
        letter.errorMessage().contains("of even") && letter.errorType().contains("Refusal")));

    Duration took = Duration.ofNanos(bench().time().nanoTime() - begin);
    assertThat(report).isEqualTo(new PassReport(queue, 5, 5, List.of(), null));
    assertThat(took).isGreaterThanOrEqualTo(pause.multipliedBy(4));
    assertThat(bench().drain(queue))
        .extracting(Message::id)
        .containsExactlyInAnyOrder("even0", "even2", "even4", "even6", "even8");
    assertThat(bench().drain(WireFormat.deadLettersOf(queue)))
        .extracting(Message::id)
        .containsExactlyInAnyOrder("odd1", "odd3", "odd5", "odd7", "odd9");
  }

  @Test
  @DisplayName("I8 a redriven job starts afresh: all its attempts, and none of its former failures")
  void redriveStartsAfresh() {
    Broker broker = bench().broker();
    Task<String> task = Task.of("fail", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.every(Duration.ofMillis(100)).attempts(2));
    String queue = bench().queueOf(task);
    startFailing(broker, task);
    bench().declare(broker, task.home().topology());
    bench()
        .publish(
            queue,
            Message.of("mine", "\"hello\"".getBytes(UTF_8))
                .type("fail")
                .header(WireFormat.RETURNS, 3)
                .header(WireFormat.INTERRUPTIONS, 2)
                .build());
    awaitDead(broker, queue, 1);
    DeadLetters letters = DeadLetters.of(bench().broker(), queue);
    DeadLetter first = letters.list(1).get(0);

    PassReport report = run(() -> letters.redrive(letter -> true));
    bench().await("it runs again", () -> bench().journal().runs().size() >= 3);
    awaitDead(broker, queue, 1);

    assertThat(report.taken()).isEqualTo(1);
    assertThat(bench().journal().attemptsOf("hello")).containsExactly(1, 2, 1, 2);
    DeadLetter second = letters.list(1).get(0);
    assertThat(first.message().headers())
        .containsKeys(WireFormat.RETURNS, WireFormat.INTERRUPTIONS);
    assertThat(second.message().headers())
        .doesNotContainKeys(WireFormat.RETURNS, WireFormat.INTERRUPTIONS);
    // The two attempts before were apart.
    assertThat(second.firstFailedAt()).isAfterOrEqualTo(first.lastFailedAt());
  }

  @Test
  @DisplayName("I9 a dead letter is discarded: it is gone, the others stay")
  void discard() {
    String queue = deadLetters("a", "b", "c");
    DeadLetters letters = DeadLetters.of(bench().broker(), queue);

    PassReport report = run(() -> letters.discard(is("b")));

    assertThat(report).isEqualTo(new PassReport(queue, 1, 2, List.of(), null));
    assertThat(bench().drain(WireFormat.deadLettersOf(queue)))
        .extracting(Message::id)
        .containsExactlyInAnyOrder("a", "c");
    assertThat(bench().drain(queue)).isEmpty();
  }

  @Test
  @DisplayName("I11 a redrive has no more dead letters in hand than it says")
  void redriveHoldsFew() {
    String queue = deadLetters(ids(30));
    String dead = WireFormat.deadLettersOf(queue);
    DeadLetters letters = DeadLetters.of(bench().broker(), queue).every(Duration.ofMillis(100));
    Broker onlooker = bench().broker();

    CompletableFuture<PassReport> redrive = bench().calling(() -> letters.redrive(letter -> true));

    // In this order, so that one that moves between the two looks is counted twice, and not missed.
    bench().await("the redrive ends", () -> {
      long lying = bench().ready(onlooker, dead) + bench().ready(onlooker, queue);
      assertThat(lying).as("lie in a queue").isGreaterThanOrEqualTo(30 - DeadLetters.IN_HAND);
      return redrive.isDone();
    });
    assertThat(redrive.join().taken()).isEqualTo(30);
  }

  @Test
  @DisplayName("I12 a crash in the middle of a redrive loses nothing")
  void redriveThatCrashes() {
    String[] ids = ids(30);
    String queue = deadLetters(ids);
    Broker crashing = bench().broker();
    Broker onlooker = bench().broker();
    DeadLetters letters = DeadLetters.of(crashing, queue).every(Duration.ofMillis(100));

    CompletableFuture<PassReport> redrive = bench().calling(() -> letters.redrive(letter -> true));
    bench().await("some are redriven", () -> bench().ready(onlooker, queue) >= 3);
    bench().cutOff(crashing);

    assertThat(bench().get(redrive, "ended").complete()).isFalse();
    Set<String> found = new TreeSet<>();
    for (int looks = 0; looks < 10 && found.size() < ids.length; looks++) {
      bench().drain(queue).forEach(message -> found.add(message.id()));
      bench().drain(WireFormat.deadLettersOf(queue)).forEach(message -> found.add(message.id()));
    }
    assertThat(found).containsExactlyInAnyOrder(ids);
  }

  @Test
  @DisplayName("I13 a redrive of one, and at once another: none escapes that the first had in hand")
  void redriveAfterRedrive() {
    String[] ids = ids(25);
    String queue = deadLetters(ids);
    DeadLetters letters = DeadLetters.of(bench().broker(), queue).every(Duration.ZERO);

    PassReport one = run(() -> letters.atMost(1).redrive(letter -> true));
    PassReport others = run(() -> letters.redrive(letter -> true));

    assertThat(one).isEqualTo(new PassReport(queue, 1, 0, List.of(), null));
    assertThat(others).isEqualTo(new PassReport(queue, 24, 0, List.of(), null));
    assertThat(bench().drain(queue)).extracting(Message::id).containsExactlyInAnyOrder(ids);
  }

  @Test
  @DisplayName("I14 a redrive that chooses the last of 25 finds it, and the others stay")
  void redriveTheLast() {
    String queue = deadLetters(ids(25));
    DeadLetters letters = DeadLetters.of(bench().broker(), queue).every(Duration.ZERO);
    String last = letters.list(25).get(24).id();

    PassReport report = run(() -> letters.redrive(is(last)));

    assertThat(report).isEqualTo(new PassReport(queue, 1, 24, List.of(), null));
    assertThat(bench().drain(queue)).extracting(Message::id).containsExactly(last);
    assertThat(bench().drain(WireFormat.deadLettersOf(queue))).hasSize(24);
  }

  /** Has a worker give up on these, and stops it. */
  private String deadLetters(String... ids) {
    Broker broker = bench().broker();
    Task<String> task =
        Task.of("fail", String.class).on(bench().name("queue")).retrying(RetryPolicy.never());
    Worker worker = startFailing(broker, task);
    TaskClient client = TaskClient.on(broker);
    for (String id : ids) {
      client.enqueue(task, "payload of " + id, EnqueueOptions.withId(id));
    }
    awaitDead(broker, bench().queueOf(task), ids.length);
    bench().get(bench().stop(worker), "stopped");
    return bench().queueOf(task);
  }

  private void awaitDead(Broker broker, String queue, int count) {
    bench()
        .await(
            count + " dead letters",
            () -> bench().ready(broker, WireFormat.deadLettersOf(queue)) == count);
  }

  private PassReport run(Supplier<PassReport> pass) {
    return bench().get(bench().calling(pass), "the pass over the dead letters");
  }

  private static String[] ids(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> (i % 2 == 0 ? "even" : "odd") + i)
        .toArray(String[]::new);
  }

  private static Predicate<DeadLetter> is(String id) {
    return letter -> letter.id().equals(id);
  }

  private static List<Map<String, Object>> headersOf(List<Message> messages) {
    return messages.stream().map(Message::headers).toList();
  }
}
