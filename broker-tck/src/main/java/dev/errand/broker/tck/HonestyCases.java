package dev.errand.broker.tck;

import static dev.errand.broker.PublishException.Reason.BEYOND_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Queue.Durability;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** M: what is said is so. */
abstract class HonestyCases extends Cases {
  private static final List<Durability> WANTED = List.of(Durability.REPLICATED, Durability.DURABLE);

  HonestyCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("M1 each declared capability can be used, to the number; its group shows how")
  void declaredIsThere() {
    Broker broker = bench().broker();
    Capabilities said = broker.capabilities();
    assertThat(said.server()).isNotBlank();
    assertThat(said.maxBodyBytes()).isPositive();
    assertThat(said.delayStep()).isPositive().isLessThanOrEqualTo(said.maxDelay());
    assertThat(WANTED).containsAll(said.priorities().keySet());

    for (Durability durability : WANTED) {
      int levels = levels(said, durability);
      Queue queue = Queue.named(bench().name("queue")).durability(durability).priorities(levels);
      bench().declare(broker, queue);
      Message first =
          Bench.message("m").copy().priority(Math.max(0, levels - 1)).build();
      bench().get(broker.publish(Publication.of(first, Route.queue(queue.name()))), "the highest");
      bench().get(broker.publish(Bench.to(queue, "later").after(said.delayStep())), "one step");
      Probe probe = bench().acking(broker, queue);
      bench().await("both arrive", () -> probe.count() == 2);
      assertThat(probe.ids()).containsExactly("m", "later");
    }
  }

  private static int levels(Capabilities said, Durability durability) {
    return said.priorities().getOrDefault(durability, 0);
  }

  @Test
  @DisplayName("M2 each undeclared one is refused before a job is affected")
  void undeclaredIsRefused() {
    Broker broker = bench().broker();
    Capabilities said = broker.capabilities();

    for (Durability durability : WANTED) {
      Queue beyond = Queue.named(bench().name("queue"))
          .durability(durability)
          .priorities(levels(said, durability) + 1);

      TopologyException refused = bench().failure(broker.declare(beyond), TopologyException.class);

      assertThat(refused.reason()).isEqualTo(TopologyException.Reason.UNSUPPORTED);
      assertThat(refused.part()).isEqualTo("queue '" + beyond.name() + "'");
      assertThat(refused).hasMessageContaining("" + beyond.priorities());
      assertThat(bench()
              .failure(broker.inspect(beyond.name(), 0), TopologyException.class)
              .reason())
          .as("the queue was not made")
          .isEqualTo(TopologyException.Reason.MISSING);
    }
    bench().publish(broker, bench().queue(broker), "the broker goes on");
  }

  @Test
  @DisplayName("M3 forbidden combinations are refused at the call")
  void forbiddenIsRefused() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Exchange byHeaders = Exchange.headers(bench().name("headers"));
    Exchange byKey = Exchange.topic(bench().name("topic"));
    Binding.Match headers = new Binding.AllOf(Map.of("a", 1));
    Probe none = bench().probe(delivery -> {});

    for (int prefetch : new int[] {Integer.MIN_VALUE, 0, Capabilities.MAX_PREFETCH + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> broker.subscribe(queue.name(), prefetch, none))
          .withMessageContaining("" + prefetch);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> broker.inspect(queue.name(), -1));
    assertThatIllegalArgumentException().isThrownBy(() -> queue.overflow(queue.name()));
    assertThatIllegalArgumentException().isThrownBy(() -> queue.priorities(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> queue.durability(Durability.NOTHING));
    assertThatIllegalArgumentException().isThrownBy(() -> queue.boundTo(byHeaders, "key"));
    assertThatIllegalArgumentException().isThrownBy(() -> queue.boundTo(byKey, headers));
    Message.Builder builder = Bench.message("m").copy();
    for (String brokersOwn : List.of("x-", "CC", "BCC")) {
      assertThatIllegalArgumentException().isThrownBy(() -> builder.header(brokersOwn, "a"));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> builder.header("a", Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.header("a", new Object()));
    assertThat(none.states()).isEmpty();
    bench().publish(broker, queue, "the broker goes on");
  }

  @Test
  @DisplayName("M4 limits are exact: maximum accepted, one more refused")
  void limitsAreExact() {
    Broker broker = bench().broker();
    String name = bench().name("queue") + "-".repeat(Capabilities.MAX_KEY_BYTES);
    Queue longest = Queue.named(name.substring(0, Capabilities.MAX_KEY_BYTES));
    bench().declare(broker, longest);
    Exchange exchange = Exchange.topic(bench().name("exchange"));
    bench().declare(broker, exchange, longest.boundTo(exchange, "#"));
    Probe probe = bench().probe(delivery -> {});
    Subscription subscription = bench().consume(broker, longest, Capabilities.MAX_PREFETCH, probe);
    Route there = Route.queue(longest.name());

    accepted(broker, Publication.of(texts(Capabilities.MAX_TEXT_BYTES), there));
    refused(broker, Publication.of(texts(Capabilities.MAX_TEXT_BYTES + 1), there));
    accepted(broker, Publication.of(headers(Capabilities.MAX_HEADER_BYTES), there));
    refused(broker, Publication.of(headers(Capabilities.MAX_HEADER_BYTES + 1), there));
    accepted(broker, through(exchange, Capabilities.MAX_KEY_BYTES));
    refused(broker, through(exchange, Capabilities.MAX_KEY_BYTES + 1));
    accepted(broker, Publication.of(Bench.message("m"), there).after(Duration.ofMillis(1)));

    bench().await("what was accepted arrives", () -> probe.count() == 4);
    Message largest = headers(Capabilities.MAX_COPY_HEADER_BYTES);
    Message beyond = headers(Capabilities.MAX_COPY_HEADER_BYTES + 1);
    assertThat(bench()
            .failure(
                probe.delivery(0).replace(Publication.of(beyond, there)), PublishException.class)
            .reason())
        .isEqualTo(BEYOND_LIMIT);
    bench().get(probe.delivery(0).replace(Publication.of(largest, there)), "the largest copy");
    bench().await("the copy arrives", () -> probe.count() == 5);
    assertThat(probe.last().message()).usingRecursiveComparison().isEqualTo(largest);
    assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
  }

  private void accepted(Broker broker, Publication publication) {
    bench().get(broker.publish(publication), "the maximum");
  }

  private void refused(Broker broker, Publication publication) {
    assertThat(
            bench().failure(broker.publish(publication), PublishException.class).reason())
        .isEqualTo(BEYOND_LIMIT);
  }

  private static Message texts(int bytes) {
    // Two bytes each, and one that makes up for an odd number.
    String text = "ß".repeat(bytes / 2) + "a".repeat(bytes % 2);
    return Message.of(text, new byte[1]).type(text).correlationId(text).build();
  }

  /** With a header of so many bytes as AMQP writes it: six beside the name and the text. */
  private static Message headers(int bytes) {
    return Bench.message("headers").copy().header("h", "v".repeat(bytes - 7)).build();
  }

  private static Publication through(Exchange exchange, int keyBytes) {
    return Publication.of(Bench.message("key"), Route.exchange(exchange, "k".repeat(keyBytes)));
  }
}
