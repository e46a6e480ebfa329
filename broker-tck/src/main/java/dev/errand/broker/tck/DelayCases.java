package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** F: delay. */
abstract class DelayCases extends Cases {
  private static final int RETRIES = 20;

  DelayCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("F1 not before due")
  void neverEarly() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    List<Duration> delays =
        List.of(Duration.ofMillis(1), Duration.ofMillis(250), Duration.ofMillis(1_100));
    List<Long> sent = new ArrayList<>();

    for (int i = 0; i < delays.size(); i++) {
      sent.add(bench().time().nanoTime());
      bench().get(broker.publish(Bench.to(queue, "m" + i).after(delays.get(i))), "published");
    }

    bench().await("all arrive", () -> probe.count() == delays.size());
    for (int i = 0; i < delays.size(); i++) {
      int at = probe.ids().indexOf("m" + i);
      assertThat(Duration.ofNanos(probe.arrival(at) - sent.get(i)))
          .as("m%s arrived after", i)
          .isGreaterThanOrEqualTo(delays.get(i));
    }
  }

  @Test
  @DisplayName("F3 zero and negative are at once")
  void zeroAndNegativeAreAtOnce() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    List<Duration> delays =
        List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE));
    List<String> expected = new ArrayList<>();

    bench().get(broker.publish(Bench.to(queue, "later").after(Duration.ofSeconds(2))), "later");
    for (Duration delay : delays) {
      bench().get(broker.publish(Bench.to(queue, "" + delay).after(delay)), "delay of " + delay);
      expected.add("" + delay);
    }

    bench().await("all arrive", () -> probe.has("later"));
    expected.add("later");
    assertThat(probe.ids()).isEqualTo(expected);
  }

  @Test
  @DisplayName("F4 the declared maximum is accepted, one step more is refused at the call")
  void maximumIsExact() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Duration most = broker.capabilities().maxDelay();
    Duration step = broker.capabilities().delayStep();

    bench().get(broker.publish(Bench.to(queue, "longest").after(most)), "the maximum");
    CompletableFuture<Void> beyond =
        broker.publish(Bench.to(queue, "beyond").after(most.plus(step)));

    assertThat(beyond).isDone();
    PublishException refused = bench().failure(beyond, PublishException.class);
    assertThat(refused.reason()).isEqualTo(Reason.BEYOND_LIMIT);
    assertThat(refused).hasMessageContaining("at most " + DurationText.of(most));
  }

  @Test
  @DisplayName("F5 a shorter delay overtakes a longer one")
  void shorterOvertakes() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);

    for (int millis : new int[] {2_400, 1_200, 300}) {
      Publication delayed = Bench.to(queue, "" + millis).after(Duration.ofMillis(millis));
      bench().get(broker.publish(delayed), "published");
    }

    bench().await("all arrive", () -> probe.count() == 3);
    assertThat(probe.ids()).containsExactly("300", "1200", "2400");
  }

  @Test
  @DisplayName("F7 unroutable is known at the call, also when the delay's queues are needed for the"
      + " first time after a restart")
  void unroutableIsKnownAtTheCall() {
    Broker broker = bench().broker();
    Queue queue = Queue.named(bench().name("queue"));
    Publication delayed = Bench.to(queue, "m").after(Duration.ofMillis(1_500));

    assertUnroutable(broker.publish(delayed));
    bench().declare(broker, queue);
    bench().get(broker.publish(delayed), "published");

    bench().server().restart();
    bench().publishInTheEnd(broker, queue, "connected again");
    // Of other digits, so that their queues are needed for the first time.
    Duration other = Duration.ofMillis(2_300);
    Queue missing = Queue.named(bench().name("missing"));
    assertUnroutable(broker.publish(Bench.to(missing, "lost").after(other)));
    bench().get(broker.publish(Bench.to(queue, "good").after(other)), "published after a restart");
    Probe probe = bench().acking(broker, queue);
    bench().await("the good one arrives", () -> probe.has("good"));
  }

  private void assertUnroutable(CompletableFuture<Void> answer) {
    assertThat(bench().failure(answer, PublishException.class).reason())
        .isEqualTo(Reason.UNROUTABLE);
  }

  @Test
  @DisplayName("F10 a second retry, third, … twentieth of one message through delays of several"
      + " digits arrives (the x-death trap)")
  void twentyRetriesArrive() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().holding(broker, queue, 1);
    bench().publish(broker, queue, "m");

    for (int retry = 1; retry <= RETRIES; retry++) {
      int times = retry;
      bench().await("it arrives before retry " + times, () -> probe.count() == times);
      Publication copy = Publication.of(
          probe.last().message().copy().header("retry", times).build(), Route.queue(queue.name()));
      Duration delay = Duration.ofMillis(times == 10 ? 1_100 : 100 + 100 * (times % 3));
      bench().get(probe.last().replace(copy.after(delay)), "retry " + times);
    }

    bench().await("it arrives after them", () -> probe.count() == RETRIES + 1);
    assertThat(probe.last().message().headers()).containsEntry("retry", RETRIES);
    assertThat(probe.last().redeliveries()).isZero();
  }
}
