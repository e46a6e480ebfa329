package dev.errand.broker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** I: looking at dead letters. */
abstract class LookCases extends Cases {
  LookCases(BrokerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("I10 50 looks at the head of a queue leave every message in it, and none dead")
  void looksLeaveAll() {
    Broker broker = bench().broker();
    Queue queue = bench().queueWithOverflow(broker);
    bench().publish(broker, queue, "m1", "m2", "m3");

    for (int looks = 1; looks <= 50; looks++) {
      QueueReport seen = bench().get(broker.inspect(queue.name(), 3), "seen");
      assertThat(seen.head()).extracting(Message::id).containsExactly("m1", "m2", "m3");
      // A server may put back what was looked at a moment after it has answered.
      bench()
          .await(
              "all are back after look " + looks,
              () -> bench().get(broker.inspect(queue.name(), 0), "counted").ready() == 3);
    }

    assertThat(bench().drain(queue)).containsExactlyInAnyOrder("m1", "m2", "m3");
    Queue overflow = Queue.named(Objects.requireNonNull(queue.overflow()));
    assertThat(bench().drain(overflow)).isEmpty();
  }
}
