package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.errand.broker.Binding;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SourceTest {
  private static final Exchange DIRECT = Exchange.direct("by-kind");
  private static final Exchange FANOUT = Exchange.fanout("to-all");
  private static final Exchange TOPIC = Exchange.topic("by-topic");
  private static final Exchange HEADERS = Exchange.headers("by-headers");

  private static final Task<String> SORTED =
      Task.of("sorted", String.class).through(DIRECT, word -> word);
  private static final Task<String> TOLD = Task.of("told", String.class).through(FANOUT);
  private static final Task<String> FILED =
      Task.of("filed", String.class).through(TOPIC, word -> word + ".new");
  private static final Task<String> TAGGED =
      Task.of("tagged", String.class).throughHeaders(HEADERS, word -> Map.of("word", word));
  private static final Task<String> MAIL = Task.of("mail", String.class).on("mails");

  @Test
  void topology_ofABoundQueue_isItsDeadLettersTheQueueTheExchangeAndTheBindings() {
    Source<String> source = FILED.from("index").boundBy("a.#", "b.*");
    Queue index = Queue.named("index").overflow("index.dead");

    assertThat(source.task()).isSameAs(FILED);
    assertThat(source.queue()).isEqualTo(index);
    assertThat(source.bindings())
        .containsExactly(index.boundTo(TOPIC, "a.#"), index.boundTo(TOPIC, "b.*"));
    assertThat(source.topology())
        .containsExactly(
            Queue.named("index.dead"),
            index,
            Queue.named("index.returned").overflow("index.dead"),
            TOPIC,
            index.boundTo(TOPIC, "a.#"),
            index.boundTo(TOPIC, "b.*"));
  }

  @Test
  void topology_ofAHomeQueue_isThatOfTheTaskAndTheLane() {
    assertThat(MAIL.fromHome().topology())
        .startsWith(MAIL.home().topology().toArray(Topology[]::new))
        .endsWith(Queue.named("mails.returned").overflow("mails.dead"))
        .hasSize(3);
    assertThat(MAIL.fromHome().bindings()).isEmpty();
  }

  @Test
  void queue_withItsOwnArguments_keepsThem() {
    Queue queue = Queue.named("index").durability(Queue.Durability.DURABLE).priorities(3);

    assertThat(TOLD.from(queue).topology())
        .contains(
            queue.overflow("index.dead"),
            Queue.named("index.dead").durability(Queue.Durability.DURABLE),
            Queue.named("index.returned")
                .durability(Queue.Durability.DURABLE)
                .overflow("index.dead"));
  }

  @Test
  void fanout_needsNoBinding() {
    assertThat(TOLD.from("index").topology())
        .containsSubsequence(FANOUT, Queue.named("index").boundTo(FANOUT, ""));
  }

  @Test
  void headersExchange_isBoundByAMatch() {
    Binding.Match image = new Binding.AllOf(Map.of("word", "image"));

    assertThat(TAGGED.from("index").boundBy(image).bindings())
        .containsExactly(new Binding("by-headers", "index", image));
  }

  @Test
  void boundBy_calledAgain_adds_andLeavesTheOriginal() {
    Source<String> first = SORTED.from("index").boundBy("image");

    Source<String> both = first.boundBy(new Binding.Key("text")).boundBy("image");

    assertThat(both.bindings())
        .extracting(Binding::match)
        .containsExactly(new Binding.Key("image"), new Binding.Key("text"));
    assertThat(first.bindings()).hasSize(1);
  }

  @Test
  void from_aTaskWithAHomeQueue_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MAIL.from("index"))
        .withMessageContainingAll("task 'mail' to queue 'mails'", "'index'", "Handle the task");
  }

  @Test
  void fromHome_aTaskThroughAnExchange_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(FILED::fromHome)
        .withMessageContainingAll("task 'filed' to exchange 'by-topic'", "task.from(queue)");
  }

  @Test
  void from_aQueueWithAnotherOverflow_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FILED.from(Queue.named("index").overflow("elsewhere")))
        .withMessageContainingAll("'elsewhere'", "'index.dead'");
  }

  @Test
  void from_aNameThatNoQueueCanHave_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> FILED.from("index.*"));
  }

  @Test
  void key_onAHeadersExchange_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TAGGED.from("index").boundBy("image"))
        .withMessageContainingAll("'index'", "HEADERS", "'by-headers'", "AllOf");
  }

  @Test
  void headers_onAnExchangeThatMatchesByKey_areRefused() {
    Binding.Match match = new Binding.AnyOf(Map.of("word", "image"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> SORTED.from("index").boundBy(match))
        .withMessageContainingAll("'index'", "DIRECT", "'by-kind'", "a key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FILED.from("index").boundBy(match))
        .withMessageContaining("TOPIC");
  }

  @Test
  void boundBy_onAFanout_isRefused_asItWouldNotSelect() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOLD.from("index").boundBy("image"))
        .withMessageContainingAll("'index'", "FANOUT", "'to-all'", "Leave boundBy out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOLD.from("index").boundBy(new Binding.AllOf(Map.of())))
        .withMessageContaining("FANOUT");
  }

  @Test
  void boundBy_onAHomeQueue_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MAIL.fromHome().boundBy("image"))
        .withMessageContainingAll("task 'mail'", "Leave boundBy out");
  }

  @Test
  void boundBy_noKey_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FILED.from("index").boundBy())
        .withMessageContaining("'index'");
  }

  @Test
  void boundBy_aKeyThatIsTooLong_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FILED.from("index").boundBy("x".repeat(256)))
        .withMessageContaining("256 bytes");
  }

  @Test
  void topology_withoutABinding_isRefused_withTheCallThatGivesOne() {
    assertThatIllegalStateException()
        .isThrownBy(SORTED.from("index")::topology)
        .withMessageContainingAll("'index'", "task 'sorted' to exchange 'by-kind'", "boundBy(key");
    assertThatIllegalStateException()
        .isThrownBy(FILED.from("index")::topology)
        .withMessageContaining("boundBy(key");
    assertThatIllegalStateException()
        .isThrownBy(TAGGED.from("index")::topology)
        .withMessageContaining("boundBy(new Binding.AllOf(headers))");
  }

  @Test
  void text_namesTaskAndQueue() {
    assertThat(FILED.from("index")).hasToString("task 'filed' from queue 'index'");
  }
}
