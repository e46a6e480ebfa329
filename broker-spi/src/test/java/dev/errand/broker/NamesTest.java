package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "a.*", "a#b", "amq.x", "errand.delay.0"})
  void named_refusedName_saysWhy(String name) {
    assertThatThrownBy(() -> Queue.named(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'");
    assertThatThrownBy(() -> Exchange.topic(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void named_longestName_isExact() {
    assertThat(Queue.named("é".repeat(100)).name()).hasSize(100);
    assertThatThrownBy(() -> Queue.named("é".repeat(100) + "a")).hasMessageContaining("201 bytes");
  }

  @Test
  void overflow_ofItself_isRefused() {
    Queue queue = Queue.named("q");
    assertThatThrownBy(() -> queue.overflow("q")).hasMessageContaining("its own overflow");
  }

  @Test
  void durability_nothing_isRefused() {
    Queue queue = Queue.named("q");
    assertThatThrownBy(() -> queue.durability(Queue.Durability.NOTHING))
        .hasMessageContaining("'q'");
  }
}
