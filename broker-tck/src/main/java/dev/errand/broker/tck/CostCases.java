package dev.errand.broker.tck;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Queue;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import dev.errand.time.Time;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P: cost. */
abstract class CostCases extends Cases {
  private static final Duration A_WHILE = Duration.ofSeconds(2);
  private static final double MOST = 0.01;
  private static final int MANY = 1_000;
  private static final int LOT = 100;

  CostCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("P1 an idle consumer uses less than 1 % of a core")
  void idleIsCheap() {
    Broker broker = bench().broker();
    Queue queue = bench().queue(broker);
    Probe probe = bench().acking(broker, queue);
    bench().publish(broker, queue, "m1", "m2", "m3");
    bench().await("it has worked", () -> probe.count() == 3);
    // What the work leaves behind is no part of being idle.
    bench().watch("it is idle", Duration.ofMillis(500), () -> probe.count() == 3);

    Map<Long, Long> before = used();
    long begin = Time.system().nanoTime();
    bench().watch("it is idle", A_WHILE, () -> probe.count() == 3);
    long elapsed = Time.system().nanoTime() - begin;
    long used = used().entrySet().stream()
        .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
        .sum();

    assertThat((double) used / elapsed)
        .as("of a core; %s ns in %s ns", used, elapsed)
        .isLessThan(MOST);
  }

  @Test
  @Timeout(300)
  @DisplayName("P2 1,000 queues declared and consumed by one broker")
  void manyQueues() {
    Broker broker = bench().broker();
    Map<Queue, Probe> probes = new LinkedHashMap<>();
    // By the hundred, as a deadline is for what one server does at a stretch.
    while (probes.size() < MANY) {
      List<Queue> lot =
          Stream.generate(() -> Queue.named(bench().name("queue"))).limit(LOT).toList();
      bench().declare(broker, lot.toArray(Queue[]::new));
      List<Subscription> subscriptions = new ArrayList<>();
      for (Queue queue : lot) {
        Probe probe = bench().probe(Bench::ack);
        probes.put(queue, probe);
        subscriptions.add(broker.subscribe(queue.name(), 10, probe));
      }
      bench()
          .await(
              "a hundred more consume",
              () -> subscriptions.stream().allMatch(each -> each.state() == State.CONSUMING));
    }

    probes.keySet().stream()
        .map(queue -> broker.publish(Bench.to(queue, "of " + queue.name())))
        .toList()
        .forEach(answer -> bench().get(answer, "published"));

    boolean unused = bench()
        .happens(
            Duration.ofSeconds(20),
            () -> probes.values().stream().allMatch(probe -> probe.count() == 1));
    probes.forEach((queue, probe) -> assertThat(probe.ids()).containsExactly("of " + queue.name()));
  }

  /** The nanoseconds of each of the backend's threads, by its number. */
  private Map<Long, Long> used() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return bench().threads().stream()
        .collect(toMap(Function.identity(), threads::getThreadCpuTime));
  }
}
