package dev.errand.worker.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** O: foreign and hostile. */
abstract class ForeignCases extends Cases {
  ForeignCases(WorkerContract contract) {
    super(contract);
  }

  private Task<String> greet() {
    return Task.of("greet", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.every(Duration.ofMillis(100)).attempts(5));
  }

  @Test
  @DisplayName("O1 a type and a JSON body are enough")
  void typeAndBodyAreEnough() {
    Broker broker = bench().broker();
    Task<String> task = greet();
    bench().start(bench().worker(broker).handle(task, bench().journal()::ran));
    bench().declare(broker, task.home().topology());

    bench()
        .publish(
            bench().queueOf(task),
            Message.of("", "\"hello\"".getBytes(UTF_8)).type("greet").build());

    Bench.Taker letters = bench().taker(WireFormat.deadLettersOf(bench().queueOf(task)));
    bench()
        .await(
            "it runs, or is dead",
            () -> !bench().journal().runs().isEmpty() || !letters.messages().isEmpty());
    assertThat(letters.messages()).isEmpty();
    assertThat(bench().journal().attemptsOf("hello")).containsExactly(1);
  }

  @Test
  @DisplayName("O2 a body that does not parse is dead-lettered, and never retried")
  void unreadableIsDead() {
    Broker broker = bench().broker();
    Task<String> task = greet();
    String queue = bench().queueOf(task);
    bench().start(bench().worker(broker).handle(task, bench().journal()::ran));
    bench().declare(broker, task.home().topology());
    byte[] hostile = {'{', 0, -1, '"', 'x'};

    bench().publish(queue, Message.of("bad", hostile).type("greet").build());
    bench().client().enqueue(task, "good");

    Message letter = bench().only(WireFormat.deadLettersOf(queue));
    assertThat(letter.id()).isEqualTo("bad");
    assertThat(letter.body()).isEqualTo(hostile);
    assertThat(WireFormat.count(letter, WireFormat.ATTEMPT, 1)).as("attempt").isEqualTo(1);
    assertThat(letter.headers().get(WireFormat.FAILURE_REASON)).isNotNull();
    bench().await("the good one runs", () -> !bench().journal().runsOf("good").isEmpty());
    assertThat(bench().journal().runs()).hasSize(1);
  }

  @Test
  @DisplayName("O5 a wrong content type: the body alone decides, whether it runs or is dead")
  void bodyDecides() {
    Broker broker = bench().broker();
    Task<String> task = greet();
    String queue = bench().queueOf(task);
    bench().start(bench().worker(broker).handle(task, bench().journal()::ran));
    bench().declare(broker, task.home().topology());

    bench()
        .publish(
            queue,
            Message.of("text", "\"hello\"".getBytes(UTF_8))
                .type("greet")
                .contentType("text/plain")
                .build());
    bench()
        .publish(
            queue,
            Message.of("other", new byte[] {8, -106, 1})
                .type("greet")
                .contentType("application/x-protobuf")
                .build());

    Bench.Taker letters = bench().taker(WireFormat.deadLettersOf(queue));
    bench()
        .await(
            "each runs, or is dead",
            () -> bench().journal().runs().size() + letters.messages().size() >= 2);
    assertThat(letters.messages()).extracting(Message::id).containsExactly("other");
    assertThat(letters.messages().get(0).contentType()).isEqualTo("application/x-protobuf");
    assertThat(letters.messages().get(0).body()).isEqualTo(new byte[] {8, -106, 1});
    assertThat(bench().journal().attemptsOf("hello")).containsExactly(1);
  }
}
