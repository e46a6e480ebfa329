package dev.errand.guice;

import static dev.errand.guice.Shop.PACK;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ErrandStressTest {
  private final String address = "memory:" + UUID.randomUUID();
  private final String worker = "w" + UUID.randomUUID();
  /** Keeps the server alive. */
  private final Broker other = Broker.open(address);

  @AfterEach
  void close() {
    other.close();
  }

  @Test
  void stress_tenThreadsStartAndCloseForFiftyRounds() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(10);
    try {
      for (int round = 0; round < 50; round++) {
        AtomicInteger workers = new AtomicInteger();
        LazyBroker broker = new LazyBroker(other.time(), time -> Broker.open(address, time));
        Events heard = new Events();
        Errand each = new Errand(
            () -> {
              workers.incrementAndGet();
              return Worker.on(broker)
                  .name(worker)
                  .concurrency(2)
                  .listener(heard)
                  .handle(PACK, (order, job) -> {});
            },
            broker,
            true);
        race(threads, i -> {
          if (i % 2 == 0) {
            startOrRefused(each);
          } else {
            each.close();
          }
        });
        each.close();

        assertThat(workers.get()).as("round " + round).isLessThanOrEqualTo(1);
        assertThat(heard.all(WorkerEvent.Stopped.class))
            .as("round " + round)
            .hasSize(workers.get());
        assertThat(heard.all(WorkerEvent.CutOff.class)).as("round " + round).isEmpty();
        assertThatThrownBy(() -> broker.ready(Duration.ZERO))
            .as("round " + round)
            .isInstanceOf(UnavailableException.class);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void startOrRefused(Errand errand) {
    try {
      errand.start();
    } catch (IllegalStateException closed) {
      assertThat(closed).hasMessageContaining("closed");
    }
  }

  /** Ten threads do it at once. */
  private static void race(ExecutorService threads, Consumer<Integer> each) throws Exception {
    CyclicBarrier together = new CyclicBarrier(10);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int number = i;
      all.add(threads.submit(() -> {
        together.await();
        each.accept(number);
        return null;
      }));
    }
    for (Future<?> one : all) {
      one.get(30, SECONDS);
    }
  }
}
