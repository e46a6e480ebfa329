package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Home;
import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.tck.Journal.Run;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Q: routing. */
abstract class RoutingCases extends Cases {
  RoutingCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("Q8 copies settle independently: a retry or a dead letter of one touches no other")
  void copiesSettleIndependently() {
    Exchange uploads = Exchange.fanout(bench().name("uploads"));
    Queue broken = Queue.named(bench().name("broken"));
    Queue whole = Queue.named(bench().name("whole"));
    Task<String> task = Task.of("uploaded", String.class)
        .through(uploads, "")
        .retrying(RetryPolicy.every(Duration.ofMillis(200)).attempts(3));
    Broker broker = bench().broker();
    bench().declare(broker, new Home.ToQueue<>(broken).topology());
    bench().declare(broker, new Home.ToQueue<>(whole).topology());
    bench()
        .declare(broker, List.of(uploads, broken.boundTo(uploads, ""), whole.boundTo(uploads, "")));
    bench()
        .start(bench()
            .worker(broker)
            .handle(task, broken, List.of(broken.boundTo(uploads, "")), (payload, context) -> {
              bench().journal().ran(payload, context);
              throw new IllegalStateException("broken");
            })
            .handle(task, whole, List.of(whole.boundTo(uploads, "")), bench().journal()::ran));

    bench().client().enqueue(task, "a.png");

    assertThat(bench().only(WireFormat.deadLettersOf(broken.name())).headers())
        .containsEntry(WireFormat.QUEUE, broken.name());
    bench().await("the whole one ran", () -> !attempts(whole).isEmpty());
    bench().watch("once", Duration.ofMillis(500), () -> attempts(whole).size() == 1);
    assertThat(attempts(broken)).containsExactly(1, 2, 3);
    assertThat(attempts(whole)).containsExactly(1);
    assertThat(bench().drain(WireFormat.deadLettersOf(whole.name()))).isEmpty();
  }

  private List<Integer> attempts(Queue queue) {
    return bench().journal().runs().stream()
        .filter(run -> run.queue().equals(queue.name()))
        .map(Run::attempt)
        .toList();
  }
}
