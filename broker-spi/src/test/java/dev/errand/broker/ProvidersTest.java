package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"localhost:5672", "rabbit.example:5672/shop", "localhost:5672?window=1"})
  void open_hostAndPortAlone_areNoScheme(String address) {
    assertThatThrownBy(() -> Broker.open(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("has no scheme", "Write amqp:// in front.");
  }

  @Test
  void open_userAndPasswordOfDigits_areNoHostAndPort() {
    assertThatThrownBy(() -> Broker.open("user:5672@host"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No backend serves")
        .hasMessageNotContaining("5672");
  }

  @Test
  void open_null_asksForTheVariable() {
    assertThatThrownBy(() -> Broker.open(missing()))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("environment variable");
  }

  @SuppressWarnings("NullAway") // As a caller without its checks does.
  private static String missing() {
    return null;
  }
}
