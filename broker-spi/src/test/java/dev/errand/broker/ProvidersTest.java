package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProvidersTest {
  @Test
  void open_unservedScheme_namesItAndTheRemedy() {
    assertThatThrownBy(() -> Broker.open("kafka://user:planted-opensesame@host"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "'kafka:'", "There is no backend on the class path", "errand-broker-rabbit")
        .hasMessageNotContaining("planted-opensesame");
  }

  @Test
  void open_noScheme_saysHowAnAddressLooks() {
    assertThatThrownBy(() -> Broker.open("localhost"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("amqp://localhost");
  }

  @Test
  void open_whatNoSchemeCanBe_isNotShown() {
    assertThatThrownBy(() -> Broker.open("planted-opensesame@host:5672"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no scheme")
        .hasMessageNotContaining("planted-opensesame");
  }
}
