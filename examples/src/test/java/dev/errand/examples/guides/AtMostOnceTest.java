package dev.errand.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.DeadLetters;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.time.ManualTime;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What docs/worker.md says of a task that must never run twice. */
class AtMostOnceTest {
  record Payment(String account, long cents) {}

  // @start region="at-most-once"
  static final Task<Payment> PAY =
      Task.of("shop.pay", Payment.class).on("payments").atMostOnce();
  // @end

  @Test
  void paymentWhoseHandlerThrew_isDead_notRetried() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (Broker broker = Broker.open("memory:", ManualTime.create());
        Worker worker = Worker.on(broker)
            .handle(PAY, (payment, job) -> {
              throw new IllegalStateException("the bank hung up");
            })
            .listener(event -> {
              if (event instanceof WorkerEvent.DeadLettered) {
                over.countDown();
              }
            })
            .start()) {
      TaskClient.on(broker).enqueue(PAY, new Payment("ann", 995));
      over.await();
      assertThat(worker.stop().orderly()).isTrue();

      assertThat(DeadLetters.of(broker, "payments").list(10)).singleElement().satisfies(letter -> {
        assertThat(letter.reason()).isEqualTo("attempt 1 of 1 failed");
        assertThat(letter.errorMessage()).isEqualTo("the bank hung up");
      });
    }
  }
}
