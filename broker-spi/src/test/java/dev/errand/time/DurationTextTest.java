package dev.errand.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.000000001S, 0.000001 ms",
    "PT0.3S, 300 ms",
    "PT0.999999S, 999.999 ms",
    "PT1S, 1 s",
    "PT2.137S, 2.137 s",
    "PT20S, 20 s",
    "PT1M, 1 min",
    "PT1M30S, 1 min 30 s",
    "PT1M0.5S, 1 min 0.5 s",
    "PT1H, 1 h",
    "PT1H2S, 1 h 2 s",
    "PT24H, 24 h",
    "PT47H59M, 47 h 59 min",
    "PT48H, 2 d",
    "PT27777H46M39.9S, 1157 d 9 h 46 min 39.9 s",
    "PT8760H, 365 d",
    "PT-0.5S, -500 ms",
    "PT-1M-30S, -1 min 30 s"
  })
  void text_isExactAndInTheUnitsOfPeople(Duration duration, String text) {
    assertThat(DurationText.of(duration)).isEqualTo(text);
  }

  @Test
  void text_ofTheLongest_isThere() {
    assertThat(DurationText.of(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)))
        .isEqualTo("106751991167300 d 15 h 30 min 7.999999999 s");
    assertThat(DurationText.of(Duration.ofSeconds(Long.MIN_VALUE)))
        .isEqualTo("-106751991167300 d 15 h 30 min 8 s");
  }
}
