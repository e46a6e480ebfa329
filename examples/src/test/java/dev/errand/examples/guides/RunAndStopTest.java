package dev.errand.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunAndStopTest {
  record Invoice(String customer) {}

  static final Task<Invoice> BILL = Task.of("shop.bill", Invoice.class)
      .on("shop.invoices")
      .retrying(RetryPolicy.every(Duration.ZERO).attempts(2));

  private final Broker broker = Broker.open("memory:");
  private final List<String> billed = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void whatWaits_isRun_andThenTheWorkerStops() throws Exception {
    TaskClient.on(broker)
        .enqueueAll(BILL, List.of(new Invoice("ann"), new Invoice("nobody"), new Invoice("bob")));

    // @start region="run-and-stop"
    long waiting = broker.inspect("shop.invoices", 0).join().ready();
    CountDownLatch left = new CountDownLatch(Math.toIntExact(waiting));
    Set<String> ended = ConcurrentHashMap.newKeySet(); // a job can run twice, and counts once
    Worker worker = Worker.on(broker)
        .handle(BILL, (invoice, job) -> bill(invoice))
        .listener(event -> {
          if (event instanceof WorkerEvent.Succeeded done
              && ended.add(done.job().id())) {
            left.countDown();
          } else if (event instanceof WorkerEvent.DeadLettered dead
              && ended.add(dead.job().id())) {
            left.countDown();
          }
        })
        .start();
    left.await();
    StopReport report = worker.stop();
    // @end

    assertThat(report.orderly()).isTrue();
    assertThat(billed).containsExactlyInAnyOrder("ann", "bob");
    assertThat(broker.inspect("shop.invoices", 0).join().ready()).isZero();
    assertThat(broker.inspect("shop.invoices.dead", 0).join().ready()).isOne();
  }

  private void bill(Invoice invoice) {
    if (invoice.customer().equals("nobody")) {
      throw new IllegalArgumentException("no such customer");
    }
    billed.add(invoice.customer());
  }
}
