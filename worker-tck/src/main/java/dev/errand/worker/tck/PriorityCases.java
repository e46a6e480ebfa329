package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Queue;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** H: priority. */
abstract class PriorityCases extends Cases {
  PriorityCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("H4 a priority for a task whose queue has no such level is refused at enqueue; one"
      + " that it has is obeyed")
  void missingLevelIsRefused() {
    Broker broker = bench().broker();
    TaskClient client = TaskClient.on(broker);
    Task<String> plain = Task.of("plain", String.class).on(bench().name("queue"));
    client.enqueue(plain, "without", EnqueueOptions.withId("without"));
    assertRefused(client, plain, 1);
    assertThat(bench().drain(bench().queueOf(plain)))
        .extracting(Message::id)
        .containsExactly("without");

    int levels = broker.capabilities().priorities().getOrDefault(Queue.Durability.REPLICATED, 0);
    if (!bench().declares("priorities", levels > 0)) {
      return;
    }
    int own = Math.min(levels, 10);
    Task<String> ranked =
        Task.of("ranked", String.class).on(Queue.named(bench().name("queue")).priorities(own));
    assertRefused(client, ranked, own);
    client.enqueue(ranked, "low", EnqueueOptions.NONE);
    client.enqueue(ranked, "middle", EnqueueOptions.withPriority(1));
    client.enqueue(ranked, "high", EnqueueOptions.withPriority(own - 1));
    bench()
        .start(bench()
            .worker(broker)
            .concurrency(1)
            .prefetch(1)
            .handle(ranked, bench().journal()::ran));
    bench().await("all run", () -> bench().journal().runs().size() == 3);
    assertThat(bench().journal().runs())
        .extracting(Journal.Run::payload)
        .isEqualTo(List.of("high", "middle", "low"));
  }

  private static void assertRefused(TaskClient client, Task<String> task, int level) {
    EnqueueOptions options = EnqueueOptions.withPriority(level);
    assertThatThrownBy(() -> client.enqueue(task, "refused", options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Priority " + level + " is refused");
  }
}
