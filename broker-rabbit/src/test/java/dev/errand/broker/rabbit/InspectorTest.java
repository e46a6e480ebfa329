package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Broker;
import dev.errand.broker.QueueReport;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.testing.rabbit.RabbitServer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InspectorTest {
  @Test
  void inspect_argumentsOutOfRange_areRefusedAtTheCall() {
    try (Broker broker = Broker.open("amqp://localhost:1")) {
      assertThatThrownBy(() -> broker.inspect("q".repeat(256), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has 256 bytes");
      assertThatThrownBy(() -> broker.inspect("", 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has 0 bytes");
      assertThatThrownBy(() -> broker.inspect("q", -1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("A head of -1");
    }
  }

  @Test
  void inspect_longestName_isAsked() {
    try (Broker broker = Broker.open(RabbitServer.shared().address())) {
      assertThatThrownBy(() -> broker.inspect("q".repeat(255), 0).get(10, SECONDS))
          .hasCauseInstanceOf(TopologyException.class);
    }
  }

  @Test
  void inspect_withoutServer_isUnavailableInTimeAndAtClose() {
    CompletableFuture<QueueReport> waits;
    try (Broker broker = Broker.open("amqp://localhost:1?publish-timeout=100ms")) {
      assertThatThrownBy(() -> broker.inspect("q", 0).get(10, SECONDS))
          .hasCauseInstanceOf(UnavailableException.class)
          .hasMessageContaining("was not inspected within 100 ms");
      waits = broker.inspect("q", 0);
    }
    assertThat(waits).isCompletedExceptionally();
  }

  @Test
  void inspect_manyAtOnce_eachIsAnswered() throws Exception {
    try (Broker broker = Broker.open(RabbitServer.shared().address())) {
      List<CompletableFuture<QueueReport>> looks = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        looks.add(broker.inspect("missing." + UUID.randomUUID(), 0));
      }
      for (CompletableFuture<QueueReport> look : looks) {
        assertThat(look.handle((report, missing) -> missing).get(10, SECONDS))
            .isInstanceOf(TopologyException.class);
      }
    }
  }
}
