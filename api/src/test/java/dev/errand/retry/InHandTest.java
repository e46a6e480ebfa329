package dev.errand.retry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class InHandTest {
  @Test
  void bounds_areWhatTheySay() {
    assertThat(new InHand(10, ofSeconds(1)).times()).isEqualTo(10);
    assertThat(new InHand(1, ofSeconds(10)).pause()).isEqualTo(ofSeconds(10));
    assertThat(new InHand(1, ofMillis(1)).pause()).isEqualTo(ofMillis(1));
  }

  @Test
  void beyondThem_isRefused_withTheValue() {
    assertThatThrownBy(() -> new InHand(0, ofMillis(50))).hasMessageContaining("again 0 times");
    assertThatThrownBy(() -> new InHand(11, ofMillis(50))).hasMessageContaining("again 11 times");
    assertThatThrownBy(() -> new InHand(1, Duration.ofNanos(999_999)))
        .hasMessageContaining("cannot be 0.999999 ms");
    assertThatThrownBy(() -> new InHand(10, ofMillis(1_001)))
        .hasMessageContainingAll("cannot be 1.001 s", "10 of them at most 10 s together");
    assertThatThrownBy(() -> new InHand(1, Duration.ofSeconds(Long.MAX_VALUE)))
        .hasMessageContaining("A pause in hand");
  }
}
