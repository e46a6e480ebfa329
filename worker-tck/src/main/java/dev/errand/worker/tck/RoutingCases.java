package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Source;
import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
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
    Task<String> task = Task.of("uploaded", String.class)
        .through(Exchange.fanout(bench().name("uploads")))
        .retrying(RetryPolicy.every(Duration.ofMillis(200)).attempts(3));
    Source<String> broken = task.from(bench().name("broken"));
    Source<String> whole = task.from(bench().name("whole"));
    Broker broker = bench().broker();
    bench().declare(broker, broken.topology());
    bench().declare(broker, whole.topology());
    bench()
        .start(bench()
            .worker(broker)
            .handle(broken, (payload, context) -> {
              bench().journal().ran(payload, context);
              throw new IllegalStateException("broken");
            })
            .handle(whole, bench().journal()::ran));

    bench().client().enqueue(task, "a.png");

    assertThat(bench().only(WireFormat.deadLettersOf(broken.queue().name())).headers())
        .containsEntry(WireFormat.QUEUE, broken.queue().name());
    bench().await("the whole one ran", () -> !attempts(whole).isEmpty());
    bench().watch("once", Duration.ofMillis(500), () -> attempts(whole).size() == 1);
    assertThat(attempts(broken)).containsExactly(1, 2, 3);
    assertThat(attempts(whole)).containsExactly(1);
    assertThat(bench().drain(WireFormat.deadLettersOf(whole.queue().name()))).isEmpty();
  }

  private List<Integer> attempts(Source<String> source) {
    return bench().journal().runs().stream()
        .filter(run -> run.queue().equals(source.queue().name()))
        .map(Run::attempt)
        .toList();
  }
}
