package dev.errand.worker.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.tck.kit.Opening;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Health;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** I: dead letters without a place. */
abstract class SettlingCases extends Cases {
  private static final Duration SOON = Duration.ofSeconds(5);

  /** Longer than the longest pause between two tries. */
  private static final Duration LATE = Duration.ofSeconds(38);

  SettlingCases(WorkerContract contract) {
    super(contract);
  }

  private Task<String> failing() {
    return Task.of("fail", String.class).on(bench().name("queue")).retrying(RetryPolicy.never());
  }

  @Test
  @DisplayName(
      "I5 the dead queue is missing: the job is not lost, health says so, and it moves when"
          + " the queue is back; where the worker may, it makes it again itself")
  void placeIsMissed() {
    Task<String> own = failing();
    String ownLetters = WireFormat.deadLettersOf(bench().queueOf(own));
    Worker maker = startFailing(bench().broker(), own, new Told());
    bench().await("it is ready", () -> maker.health().ready());
    bench().server().deleteQueue(ownLetters);
    send(own, "a", "b");
    boolean made = bench().happens(SOON.plus(bench().lateness()), () -> bench().stands(ownLetters));
    assertThat(made).as("the worker makes %s again", ownLetters).isTrue();
    assertThat(letters(ownLetters, 2)).hasSize(2);

    Task<String> others = failing();
    String othersLetters = WireFormat.deadLettersOf(bench().queueOf(others));
    bench().declare(bench().broker(), others.fromHome().topology());
    Told told = new Told();
    Worker worker =
        startFailing(bench().broker(Opening.checking(Duration.ofSeconds(10))), others, told);
    bench().await("it is ready", () -> worker.health().ready());
    Broker operator = bench().broker();
    bench().server().deleteQueue(othersLetters);
    send(others, "c");
    bench()
        .await("it is refused", () -> !told.all(WorkerEvent.SettleFailed.class).isEmpty());
    assertThat(worker.health().ready())
        .as("one of four waits: %s", worker.health())
        .isTrue();
    send(others, "d");

    boolean half = bench().happens(SOON.plus(bench().lateness()), () -> clogged(worker.health()));
    assertThat(half).as("half of the prefetch waits: %s", worker.health()).isTrue();
    assertThat(worker.health().live()).isTrue();
    assertThat(worker.health().toString()).contains(othersLetters, "2 of the 4");
    bench().declare(operator, others.fromHome().topology());
    boolean ready = bench().happens(LATE, () -> worker.health().ready());
    assertThat(ready).as("ready again: %s", worker.health()).isTrue();
    assertThat(letters(othersLetters, 2)).hasSize(2);
    assertThat(bench().ready(operator, bench().queueOf(others))).isZero();
  }

  /** As a foreign sender does: a client would make the dead queue again. */
  private void send(Task<String> task, String... payloads) {
    for (String payload : payloads) {
      byte[] body = ('"' + payload + '"').getBytes(UTF_8);
      bench()
          .publish(
              bench().queueOf(task), Message.of(payload, body).type(task.name()).build());
    }
  }

  private Worker startFailing(Broker broker, Task<String> task, Told told) {
    return bench()
        .start(bench()
            .worker(broker)
            .prefetch(4)
            .listener(told)
            .handle(task, (payload, context) -> {
              bench().journal().ran(payload, context);
              throw new IllegalStateException("It fails always.");
            }));
  }

  private static boolean clogged(Health health) {
    return health.reasons().stream().anyMatch(reason -> reason.kind() == Health.Kind.CLOGGED);
  }

  private List<Message> letters(String queue, int expected) {
    Bench.Taker taker = bench().taker(queue);
    bench().await("the letters", () -> taker.messages().size() >= expected);
    return taker.messages();
  }
}
