package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Subscription;
import dev.errand.broker.TopologyException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** N: insight. */
abstract class InsightCases extends Cases {
  private static final Duration A_MOMENT = Duration.ofSeconds(15);

  /** A user and a password in an address, unless the password is masked. */
  private static final Pattern CREDENTIALS = Pattern.compile("//[^/@\\s]+:(?!\\*+@)[^/@\\s]+@");

  InsightCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("N1 inspect counts what waits")
  void inspectCounts() {
    Broker broker = bench().broker();
    Broker other = bench().broker();
    Queue queue = bench().queue(broker);
    assertThat(inspect(broker, queue, 0).ready()).isZero();

    bench().publish(broker, queue, "m1", "m2", "m3", "m4", "m5");

    assertWaiting(broker, queue, 5);
    QueueReport looked = inspect(broker, queue, 3);
    assertThat(looked.queue()).isEqualTo(queue.name());
    assertThat(looked.head()).extracting(message -> message.id()).containsExactly("m1", "m2", "m3");
    Probe probe = bench().holding(other, queue, 2);
    bench().await("two are held", () -> probe.count() == 2);
    assertWaiting(broker, queue, 3);
    QueueReport report = inspect(broker, queue, 0);
    assertThat(report.head()).isEmpty();
    assertThat(report.unsettled()).isIn(OptionalLong.of(2), OptionalLong.empty());
    assertThat(report.consumers()).isIn(OptionalLong.of(1), OptionalLong.empty());
    other.close();
    assertWaiting(broker, queue, 5);
    assertThat(bench().drain(queue)).containsExactlyInAnyOrder("m1", "m2", "m3", "m4", "m5");
  }

  private void assertWaiting(Broker broker, Queue queue, int expected) {
    assertThat(bench().happens(A_MOMENT, () -> inspect(broker, queue, 0).ready() == expected))
        .as("%s wait in %s", expected, inspect(broker, queue, 0))
        .isTrue();
  }

  private QueueReport inspect(Broker broker, Queue queue, int head) {
    return bench().get(broker.inspect(queue.name(), head), "inspected");
  }

  @Test
  @DisplayName("N2 inspect of a missing queue says so and harms nothing")
  void inspectOfAMissingQueue() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    String missing = bench().name("missing");

    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.addAll(bench().publishAll(broker, queue, List.of("m" + i)));
      TopologyException failure =
          bench().failure(broker.inspect(missing, i % 2), TopologyException.class);
      assertThat(failure.reason()).isEqualTo(TopologyException.Reason.MISSING);
      assertThat(failure.part()).isEqualTo("queue '" + missing + "'");
      assertThat(failure).hasMessageContaining(missing);
    }

    answers.forEach(answer -> bench().get(answer, "published"));
    bench().await("all arrive", () -> probe.count() == 20);
    assertThat(probe.states()).containsExactly(Subscription.State.CONSUMING);
  }

  @Test
  @DisplayName("N3 no password in any toString, exception or log")
  void passwordIsNeverShown() {
    List<String> shown = new ArrayList<>();
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().probe(delivery -> {});
    Subscription subscription = bench().consume(broker, queue, 1, probe);
    bench().publish(broker, queue, "m");
    bench().await("it arrives", () -> probe.count() == 1);
    shown.add("" + broker);
    shown.add("" + subscription);
    shown.add("" + probe.last());
    shown.add("" + broker.capabilities());
    Exchange exchange = Exchange.direct(bench().name("exchange"));
    bench().declare(broker, exchange);
    shown.add(failure(broker.declare(Exchange.fanout(exchange.name()))));
    shown.add(failure(broker.inspect(bench().name("missing"), 0)));
    shown.add(failure(broker.publish(Bench.to(Queue.named(bench().name("none")), "lost"))));
    bench().server().stop();
    Broker late = bench().open(Duration.ofMillis(300));
    shown.add(failure(bench().aside(() -> late.ready(Duration.ofMillis(300)))));
    shown.add(failure(bench().aside(() -> late.publish(Bench.to(queue, "lost")).join())));
    shown.add(failure(late.inspect(queue.name(), 0)));
    shown.add("" + late);
    bench().server().start();
    late.close();
    shown.add(failure(late.declare(queue)));
    bench().await("the lost one is back", () -> probe.count() == 2);
    shown.addAll(probe.reasons());
    shown.addAll(bench().logLines());

    assertThat(shown).hasSizeGreaterThan(10);
    for (String text : shown) {
      assertThat(text).as("what a broker shows").doesNotContainPattern(CREDENTIALS);
      for (String secret : bench().secrets()) {
        assertThat(text.contains(secret))
            .as("a text of a broker shows its password")
            .isFalse();
      }
    }
  }

  /** The text of what it fails with, causes and all. */
  private String failure(CompletableFuture<?> future) {
    bench().await("it fails", future::isDone);
    Throwable error = future.handle((value, thrown) -> thrown).join();
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    assertThat(cause).isInstanceOf(BrokerException.class);
    StringWriter text = new StringWriter();
    Objects.requireNonNull(cause).printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
