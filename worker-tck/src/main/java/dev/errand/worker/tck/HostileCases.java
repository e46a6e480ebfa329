package dev.errand.worker.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Message;
import dev.errand.broker.PublishException;
import dev.errand.broker.tck.kit.Offer;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** O: what nobody of good will sends. */
abstract class HostileCases extends Cases {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Longer than the name and the length of a header, and short of a failure's facts. */
  private static final int ROOM = 1_000;

  HostileCases(WorkerContract contract) {
    super(contract);
  }

  private Task<String> greet() {
    return Task.of("greet", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.every(Duration.ofMillis(100)).attempts(3));
  }

  /**
   * A worker for the task, whose handler fails for the payload "fails", and at the first attempt
   * for one that begins with "once".
   */
  private String start(Task<String> task) {
    Broker broker = bench().broker();
    bench().declare(broker, task.home().topology());
    bench().start(bench().worker(broker).handle(task, (payload, context) -> {
      bench().journal().ran(payload.substring(0, Math.min(9, payload.length())), context);
      boolean first = payload.startsWith("once") && context.attempt() == 1;
      if (payload.equals("fails") || first) {
        throw new IllegalStateException("as it was told");
      }
    }));
    return bench().queueOf(task);
  }

  private static Message.Builder job(String payload) {
    return Message.of(payload, ('"' + payload + '"').getBytes(UTF_8)).type("greet");
  }

  /** The only dead letter; where there is none in time, that is what the case asserts. */
  private Message deadLetter(String queue) {
    Bench.Taker letters = bench().taker(WireFormat.deadLettersOf(queue));
    boolean dead = bench().happens(PATIENCE, () -> !letters.messages().isEmpty());
    assertThat(dead).as("a dead letter; %s", bench().journal()).isTrue();
    return letters.messages().get(0);
  }

  private void assertGoodOneRuns(Task<String> task) {
    bench().client().enqueue(task, "good");
    boolean runs =
        bench().happens(PATIENCE, () -> !bench().journal().runsOf("good").isEmpty());
    assertThat(runs).as("the good one runs; %s", bench().journal()).isTrue();
  }

  @Test
  @DisplayName(
      "O6 a header of ours that is forged or absurd (negative, a text, 2^63) counts as absent:"
          + " the job runs, and fails as another")
  void forgedHeadersCountAsAbsent() {
    Task<String> task = greet();
    String queue = start(task);
    List<String> counts = List.of(
        WireFormat.ATTEMPT,
        WireFormat.FORMAT,
        WireFormat.PAYLOAD_VERSION,
        WireFormat.RETURNS,
        WireFormat.CRASHES,
        WireFormat.INTERRUPTIONS,
        WireFormat.DEFERRALS);
    List<String> times = List.of(
        WireFormat.ENQUEUED_AT,
        WireFormat.DUE_AT,
        WireFormat.WAITING_SINCE,
        WireFormat.FAILURE_FIRST_AT,
        WireFormat.FAILURE_LAST_AT);
    Map<String, Object> absurd = Map.of(
        "negative",
        -1,
        "smallest",
        Long.MIN_VALUE,
        "largest",
        Long.MAX_VALUE,
        "2^63",
        0x1p63,
        "text",
        "7");

    int sent = 0;
    for (Map.Entry<String, Object> forged : absurd.entrySet()) {
      for (String count : counts) {
        bench()
            .publish(
                queue, job(forged.getKey()).header(count, forged.getValue()).build());
        sent++;
      }
      Message.Builder job = job(forged.getKey());
      times.forEach(time -> job.header(time, forged.getValue()));
      bench().publish(queue, job.build());
      sent++;
    }
    bench().publish(queue, job("fails").header(WireFormat.ATTEMPT, -3).build());

    int all = sent;
    Message letter = deadLetter(queue);
    assertThat(letter.id()).isEqualTo("fails");
    assertThat(WireFormat.count(letter, WireFormat.ATTEMPT, 1)).as("attempt").isEqualTo(3);
    assertThat(bench().journal().attemptsOf("fails")).containsExactly(1, 2, 3);
    boolean ran = bench().happens(PATIENCE, () -> bench().journal().runs().size() == all + 3);
    assertThat(ran).as("all run; %s", bench().journal()).isTrue();
    assertThat(bench().journal().runs())
        .filteredOn(run -> !run.payload().equals("fails"))
        .allMatch(run -> run.attempt() == 1);
  }

  @Test
  @DisplayName("O7 a body above our publish limit and within the server's: it runs, is retried and"
      + " dead-lettered as any other; where the server's limit is ours, its sender is refused")
  void hugeBodyIsAsAnyOther() {
    Task<String> task = greet();
    String queue = start(task);
    int beyond = bench().broker().capabilities().maxBodyBytes() + 1;
    byte[] readable = ("\"once" + "huge".repeat(beyond / 4) + '"').getBytes(UTF_8);
    Message unreadable =
        Message.of("unreadable", new byte[beyond]).type("greet").build();
    if (!bench().offers(Offer.LARGER_BODIES)) {
      assertThat(bench().refusedToSmuggle(queue, unreadable).reason())
          .isEqualTo(PublishException.Reason.BEYOND_LIMIT);
      assertGoodOneRuns(task);
      return;
    }

    bench().smuggle(queue, Message.of("readable", readable).type("greet").build());
    bench().smuggle(queue, unreadable);

    Message letter = deadLetter(queue);
    assertThat(letter.id()).isEqualTo("unreadable");
    assertThat(letter.body()).hasSize(beyond);
    assertThat(letter.headers()).containsKey(WireFormat.FAILURE_REASON);
    assertGoodOneRuns(task);
    bench()
        .await(
            "the huge one runs", () -> bench().journal().attemptsOf("oncehugeh").size() == 2);
    assertThat(bench().journal().attemptsOf("oncehugeh")).containsExactly(1, 2);
  }

  @Test
  @DisplayName(
      "O8 headers near the limit of a frame: the job runs, and one that is dead is moved, with"
          + " its facts cut or by the broker itself")
  void hugeHeadersAreMoved() {
    Task<String> task = greet();
    String queue = start(task);
    String large = "x".repeat(Capabilities.MAX_COPY_HEADER_BYTES - ROOM);

    bench().smuggle(queue, job("large").header("large", large).build());
    bench()
        .smuggle(
            queue,
            Message.of("broken", new byte[] {'{'})
                .type("greet")
                .header("large", large)
                .build());

    Message letter = deadLetter(queue);
    assertThat(letter.id()).isEqualTo("broken");
    assertThat(letter.headers()).containsEntry("large", large);
    assertThat(letter.headers())
        .as("it says why")
        .containsAnyOf(
            Map.entry(Message.BROKER_REASON, "rejected"),
            Map.entry(WireFormat.FAILURE_REASON, "the body cannot be read"));
    assertGoodOneRuns(task);
    bench().await("the large one runs", () -> !bench().journal().runsOf("large").isEmpty());
  }

  @Test
  @DisplayName("O9 a body nested 100,000 deep is dead-lettered at once, and harms no thread")
  void deepNestingIsDead() {
    Task<String> task = greet();
    String queue = start(task);
    byte[] deep = ("[".repeat(100_000) + "]".repeat(100_000)).getBytes(UTF_8);

    bench().publish(queue, Message.of("deep", deep).type("greet").build());

    Message letter = deadLetter(queue);
    assertThat(letter.id()).isEqualTo("deep");
    assertThat(letter.body()).isEqualTo(deep);
    assertThat(WireFormat.count(letter, WireFormat.ATTEMPT, 1)).as("attempt").isEqualTo(1);
    assertGoodOneRuns(task);
  }
}
