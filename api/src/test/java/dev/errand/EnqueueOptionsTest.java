package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class EnqueueOptionsTest {

  @Test
  void options_combined_holdAll() {
    EnqueueOptions options = EnqueueOptions.in(Duration.ofSeconds(5))
        .priority(3)
        .id("mine")
        .correlationId("order-7")
        .header("tenant", "blue")
        .header("count", 2);

    assertThat(options.start()).isEqualTo(new Start.After(Duration.ofSeconds(5)));
    assertThat(options.priority()).isEqualTo(3);
    assertThat(options.id()).isEqualTo("mine");
    assertThat(options.correlationId()).isEqualTo("order-7");
    assertThat(options.headers()).containsEntry("tenant", "blue").containsEntry("count", 2);
    assertThat(EnqueueOptions.NONE.headers()).isEmpty();
  }

  @Test
  void expiry_isKeptBesideTheOthers() {
    Instant end = Instant.parse("2030-01-01T12:00:00Z");

    assertThat(EnqueueOptions.NONE.expiry()).isEqualTo(Expiry.NEVER);
    assertThat(EnqueueOptions.withExpiry(end).priority(3).id("mine").expiry())
        .isEqualTo(new Expiry.At(end));
    assertThat(EnqueueOptions.in(Duration.ofSeconds(5))
            .expiry(Duration.ofSeconds(9))
            .correlationId("order-7")
            .header("tenant", "blue")
            .expiry())
        .isEqualTo(new Expiry.After(Duration.ofSeconds(9)));
    assertThat(EnqueueOptions.in(Duration.ofSeconds(5)).expiry(end).start())
        .isEqualTo(new Start.After(Duration.ofSeconds(5)));
  }

  @Test
  void expiry_thatIsNoTime_isRefused() {
    assertThatThrownBy(() -> EnqueueOptions.withExpiry(Duration.ZERO))
        .hasMessageContaining("expire 0 ms after");
    assertThatThrownBy(() -> EnqueueOptions.NONE.expiry(Duration.ofSeconds(-2)))
        .hasMessageContaining("expire -2 s after");
  }

  @Test
  void options_outOfRange_areRefused() {
    assertThatThrownBy(() -> EnqueueOptions.withPriority(256)).hasMessageContaining("256");
    assertThatThrownBy(() -> EnqueueOptions.withPriority(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> EnqueueOptions.withId("")).hasMessageContaining("empty");
  }

  @Test
  void header_ofErrandOrTheBroker_isRefused() {
    assertThatThrownBy(() -> EnqueueOptions.NONE.header("errand-attempt", 7))
        .hasMessageContaining("errand-attempt");
    assertThatThrownBy(() -> EnqueueOptions.NONE.header("x-delay", 7))
        .hasMessageContaining("x-delay");
    assertThatThrownBy(() -> EnqueueOptions.NONE.header("f", 1.5f)).hasMessageContaining("Float");
  }
}
