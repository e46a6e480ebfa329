package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopologyExceptionTest {
  @Test
  void tooDurable_namesWantedAndMost() {
    TopologyException refused =
        TopologyException.tooDurable(Queue.named("mails"), Queue.Durability.DURABLE);

    assertThat(refused.reason()).isEqualTo(TopologyException.Reason.UNSUPPORTED);
    assertThat(refused.part()).isEqualTo("queue 'mails'");
    assertThat(refused)
        .hasMessage("Queue 'mails' cannot be REPLICATED: what the broker keeps is DURABLE at most."
            + " It was not declared. Declare it as DURABLE, or take a broker that keeps more.");
  }
}
