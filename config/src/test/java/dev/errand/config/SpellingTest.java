package dev.errand.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  @ParameterizedTest
  @CsvSource({"'', '', 0", "abc, abc, 0", "ABC, abc, 0", "abc, '', 3", "abc, bc, 1", "abc, xbcd, 2"
  })
  void distance_countsLetters(String one, String other, int distance) {
    assertThat(Spelling.distance(one, other)).isEqualTo(distance);
    assertThat(Spelling.distance(other, one)).isEqualTo(distance);
  }

  @Test
  void nearest_isTheNearestThatIsNear() {
    List<String> known = List.of("errand.prefetch", "errand.concurrency", "errand.name");

    assertThat(Spelling.nearest("errand.concurency", known)).contains("errand.concurrency");
    assertThat(Spelling.nearest("errand.pre-fetch", known)).contains("errand.prefetch");
    assertThat(Spelling.nearest("errand.colour-scheme", known)).isEmpty();
    assertThat(Spelling.nearest("errand.name", List.of())).isEmpty();
  }

  @Test
  void nearest_isTheOneThatBeginsWithTheWord() {
    List<String> known = List.of("ERRAND_NAME", "ERRAND_GRACE_PERIOD", "ERRAND_GRASS", "ERRAND_GR");

    assertThat(Spelling.nearest("ERRAND_grace", known)).contains("ERRAND_GRACE_PERIOD");
    assertThat(Spelling.nearest("ERRAND_GRA", known)).contains("ERRAND_GR");
  }
}
