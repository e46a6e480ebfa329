package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HoldingTest {
  @Test
  void brokerThatCannotSayWhatItAllows_isSaid_andItsJobsAreTaken() {
    try (Stage stage = new Stage()) {
      Broker mute = Stage.answering(stage.broker, "capabilities", (real, args) -> {
        throw new IllegalStateException("not now");
      });
      Worker worker = stage.start(Worker.on(mute)
          .name("test")
          .silence(WorkerBuilder.LONGEST_SILENCE)
          .listener(stage.events)
          .handle(GREET, (name, job) -> {}));

      assertThat(stage.events.await(WorkerEvent.Fault.class).error()).hasMessage("not now");
      stage.events.await(WorkerEvent.Consuming.class);
      stage.client.enqueue(GREET, "Ann");
      stage.events.await(WorkerEvent.Succeeded.class);
      assertThat(worker.health().ready()).isTrue();
    }
  }
}
