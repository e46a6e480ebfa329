package dev.errand.worker.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** I: dead letters. */
abstract class DeadLetterCases extends Cases {
  DeadLetterCases(WorkerContract contract) {
    super(contract);
  }

  /** What the handlers throw. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String message, Throwable cause) {
      super(message, cause);
    }
  }

  @Test
  @DisplayName("I1 a dead letter's body is intact, bit for bit, and so is what its sender said")
  void bodyIsIntact() {
    Broker broker = bench().broker();
    Task<String> task =
        Task.of("fail", String.class).on(bench().name("queue")).retrying(RetryPolicy.never());
    startFailing(broker, task);
    byte[] body = "  \"\\u00e4 \u2603 \ud83d\ude00\"\r\n\t".getBytes(UTF_8);
    String queue = bench().queueOf(task);
    bench().declare(broker, task.home().topology());

    bench()
        .publish(
            queue,
            Message.of("mine", body)
                .type("fail")
                .contentType("application/json; charset=utf-8")
                .correlationId("order-7")
                .header("tenant", "blue")
                .build());

    Message letter = bench().only(WireFormat.deadLettersOf(queue));
    assertThat(letter.body()).isEqualTo(body);
    assertThat(letter.id()).isEqualTo("mine");
    assertThat(letter.type()).isEqualTo("fail");
    assertThat(letter.contentType()).isEqualTo("application/json; charset=utf-8");
    assertThat(letter.correlationId()).isEqualTo("order-7");
    assertThat(letter.headers()).containsEntry("tenant", "blue");
  }

  @Test
  @DisplayName(
      "I2 a dead letter tells exception type, message, stack (cut), attempts, first and last"
          + " time, origin and worker")
  void factsAreTold() {
    Broker broker = bench().broker();
    Duration pause = Duration.ofMillis(300);
    Task<String> task = Task.of("fail", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.every(pause).attempts(2));
    String worker = startFailing(broker, task).name();
    long begin = bench().time().millis();

    bench().client().enqueue(task, "x".repeat(5_000), EnqueueOptions.withId("mine"));

    Message letter = bench().only(WireFormat.deadLettersOf(bench().queueOf(task)));
    assertThat(letter.headers())
        .containsEntry(WireFormat.FAILURE_TYPE, Refusal.class.getName())
        .containsEntry(WireFormat.ATTEMPT, 2)
        .containsEntry(WireFormat.QUEUE, bench().queueOf(task));
    assertThat(text(letter, WireFormat.FAILURE_REASON)).isNotEmpty();
    assertThat(text(letter, WireFormat.FAILURE_MESSAGE))
        .startsWith("refused xxx")
        .hasSizeLessThan(5_000);
    assertThat(text(letter, WireFormat.FAILURE_STACK))
        .contains(Refusal.class.getName(), "DeadLetterCases", "Caused by", "the reason")
        .hasSizeLessThan(20_000);
    assertThat(text(letter, WireFormat.FAILURE_WORKER)).contains(worker);
    long first = millis(letter, WireFormat.FAILURE_FIRST_AT);
    long last = millis(letter, WireFormat.FAILURE_LAST_AT);
    assertThat(first).isBetween(begin, bench().time().millis());
    assertThat(last - first).isGreaterThanOrEqualTo(pause.toMillis());
  }

  @Test
  @DisplayName("I3 a stack of 10 MB does not break the move, and its beginning is told")
  void hugeStackIsCut() {
    Broker broker = bench().broker();
    Task<String> task =
        Task.of("fail", String.class).on(bench().name("queue")).retrying(RetryPolicy.never());
    StackTraceElement[] frames = new StackTraceElement[100];
    Arrays.fill(frames, new StackTraceElement("Endless", "x".repeat(100_000), "Endless.java", 1));
    bench().start(bench().worker(broker).handle(task, (payload, context) -> {
      Refusal refusal = new Refusal("refused", new IllegalStateException("the reason"));
      refusal.setStackTrace(frames);
      throw refusal;
    }));

    bench().client().enqueue(task, "hello", EnqueueOptions.withId("mine"));

    Message letter = bench().only(WireFormat.deadLettersOf(bench().queueOf(task)));
    assertThat(letter.id()).isEqualTo("mine");
    assertThat(letter.headers()).containsEntry(WireFormat.FAILURE_TYPE, Refusal.class.getName());
    assertThat(text(letter, WireFormat.FAILURE_STACK))
        .startsWith(Refusal.class.getName())
        .hasSizeLessThan(20_000);
  }

  @Test
  @DisplayName("I4 the original leaves only after the dead letter is safe")
  void originalLeavesLast() {
    Refusing broker = new Refusing(bench().broker());
    Task<String> task =
        Task.of("fail", String.class).on(bench().name("queue")).retrying(RetryPolicy.never());
    String queue = bench().queueOf(task);
    startFailing(broker, task);

    bench().client().enqueue(task, "hello", EnqueueOptions.withId("mine"));
    bench().await("the dead letter is refused", () -> broker.refused() > 0);
    bench().cutOff(broker);

    assertThat(bench().drainReturned(queue))
        .as("the original")
        .extracting(Message::id)
        .containsExactly("mine");
    assertThat(bench().drain(WireFormat.deadLettersOf(queue))).isEmpty();
    assertThat(broker.otherVerbs()).as("verbs but replace").isZero();
  }

  final Worker startFailing(Broker broker, Task<String> task) {
    return bench().start(bench().worker(broker).handle(task, (payload, context) -> {
      bench().journal().ran(payload, context);
      throw new Refusal("refused " + payload, new IllegalStateException("the reason"));
    }));
  }

  private static long millis(Message letter, String header) {
    Object value = letter.headers().get(header);
    assertThat(value).as(header).isInstanceOf(Long.class);
    return value instanceof Long millis ? millis : 0;
  }

  private static String text(Message letter, String header) {
    Object value = letter.headers().get(header);
    assertThat(value)
        .as(header + " of " + List.copyOf(letter.headers().keySet()))
        .isInstanceOf(String.class);
    return String.valueOf(value);
  }
}
