package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.broker.Broker;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** D: concurrency. */
abstract class ConcurrencyCases extends Cases {
  ConcurrencyCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("D8 never more than k handlers run, over all queues")
  void neverMoreThanWanted() {
    Broker broker = bench().broker();
    Task<String> one = Task.of("one", String.class).on(bench().name("queue"));
    Task<String> other = Task.of("other", String.class).on(bench().name("queue"));
    bench()
        .start(bench()
            .worker(broker)
            .concurrency(3)
            .prefetch(10)
            .handle(one, bench().journal()::hold)
            .handle(other, bench().journal()::hold));
    List<String> payloads = IntStream.range(0, 15).mapToObj(i -> "job " + i).toList();

    bench().client().enqueueAll(one, payloads);
    bench().client().enqueueAll(other, payloads);

    bench().await("three run", () -> bench().journal().running() >= 3);
    bench()
        .watch(
            "at most three run", Duration.ofMillis(300), () -> bench().journal().running() <= 3);
    bench().journal().release();
    bench().await("all have run", () -> bench().journal().ended() == 30);
    assertThat(bench().journal().most()).as("handlers at once").isEqualTo(3);
  }
}
