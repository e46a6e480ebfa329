package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.TopologyException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** H: priority. */
abstract class PriorityCases extends Cases {
  PriorityCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("H1 high before low when both wait")
  void highBeforeLow() {
    Broker broker = bench().broker();
    int levels = levels(broker);
    if (levels == 0) {
      return;
    }
    Queue queue = queue(broker, levels);
    List<String> expected = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      publish(broker, queue, "level " + level, level);
      expected.add(0, "level " + level);
    }

    Probe probe = bench().acking(broker, queue);

    bench().await("all arrive", () -> probe.count() == expected.size());
    assertThat(probe.ids()).isEqualTo(expected);
  }

  @Test
  @DisplayName("H2 in order within one level")
  void inOrderWithinALevel() {
    Broker broker = bench().broker();
    int levels = levels(broker);
    if (levels == 0) {
      return;
    }
    Queue queue = queue(broker, levels);
    List<String> expected = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      publish(broker, queue, "low " + number, 0);
      publish(broker, queue, "high " + number, levels - 1);
      expected.add(number, "high " + number);
      expected.add("low " + number);
    }

    Probe probe = bench().acking(broker, queue);

    bench().await("all arrive", () -> probe.count() == expected.size());
    assertThat(probe.ids()).isEqualTo(expected);
  }

  @Test
  @DisplayName("H3 a level that the queue or the server has not is refused at the call")
  void missingLevelIsRefused() {
    Broker broker = bench().broker();
    int levels = levels(broker);
    if (levels == 0) {
      return;
    }
    Queue few = queue(broker, 2);
    Queue all = queue(broker, levels);

    assertRefused(broker, few, 2);
    assertRefused(broker, all, levels);

    publish(broker, few, "the highest of two", 1);
    publish(broker, all, "the highest of all", levels - 1);
  }

  private void assertRefused(Broker broker, Queue queue, int level) {
    CompletableFuture<Void> answer = broker.publish(publication(queue, "beyond", level));

    assertThat(answer).isDone();
    PublishException refused = bench().failure(answer, PublishException.class);
    assertThat(refused.reason()).isEqualTo(PublishException.Reason.BEYOND_LIMIT);
    assertThat(refused).hasMessageContaining("Priority " + level);
  }

  /** How many levels the broker has; 0 where it refuses every queue that has some. */
  private int levels(Broker broker) {
    int levels = broker.capabilities().priorities().getOrDefault(Queue.Durability.REPLICATED, 0);
    if (!bench().declares("priorities", levels > 0)) {
      TopologyException refused = bench()
          .failure(
              broker.declare(Queue.named(bench().name("queue")).priorities(2)),
              TopologyException.class);
      assertThat(refused.reason()).isEqualTo(TopologyException.Reason.UNSUPPORTED);
    }
    return levels;
  }

  private Queue queue(Broker broker, int levels) {
    Queue queue = Queue.named(bench().name("queue")).priorities(levels);
    bench().declare(broker, queue);
    return queue;
  }

  private void publish(Broker broker, Queue queue, String id, int level) {
    bench().get(broker.publish(publication(queue, id, level)), "published " + id);
  }

  private static Publication publication(Queue queue, String id, int level) {
    Message message = Bench.message(id).copy().priority(level).build();
    return Publication.of(message, Route.queue(queue.name()));
  }
}
