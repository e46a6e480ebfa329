package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Receiver;
import dev.errand.broker.inmemory.Faults;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpeningTest {
  private final Stage stage = new Stage();

  @AfterEach
  void close() {
    stage.close();
  }

  /** One that cannot be consumed at first. */
  private Broker failing(int times) {
    AtomicInteger left = new AtomicInteger(times);
    return Stage.answering(stage.broker, "subscribe", (real, args) -> {
      if (left.getAndDecrement() > 0) {
        throw new IllegalStateException("no room");
      }
      return real.subscribe((String) args[0], (Integer) args[1], (Receiver) args[2]);
    });
  }

  @Test
  void queue_whoseOpeningFails_isOpenedAgain_eachTimeLater() {
    Faults.of(stage.broker).stop();
    Worker worker = stage.start(Worker.on(failing(2))
        .name("test")
        .silence(WorkerBuilder.LONGEST_SILENCE)
        .listener(stage.events)
        .handle(GREET, (name, job) -> {}));
    Faults.of(stage.broker).start();

    WorkerEvent.Fault first = stage.events.await(WorkerEvent.Fault.class);
    assertThat(first.what())
        .isEqualTo("Queue 'greetings' is not consumed; that is tried again in 1 s.");
    assertThat(first.error()).hasMessage("no room");
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.NOT_CONSUMING);

    stage.time.advance(Opening.FIRST_PAUSE);
    assertThat(stage.events.await(WorkerEvent.Fault.class, 2).what()).endsWith("in 2 s.");
    stage.time.advance(Opening.FIRST_PAUSE);
    assertThat(worker.health().ready()).isFalse();
    stage.time.advance(Opening.FIRST_PAUSE);

    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Succeeded.class);
    assertThat(worker.health().ready()).isTrue();
  }
}
