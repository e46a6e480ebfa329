package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PrefetchTest {
  @Test
  void sum_isSharedOut_whatIsLeftOverToTheFirst() {
    assertThat(new Prefetch(8).over(List.of("a", "b", "c")))
        .containsExactly(entry("a", List.of(3)), entry("b", List.of(3)), entry("c", List.of(2)));
  }

  @Test
  void moreQueuesThanTheSum_haveOneEach() {
    assertThat(new Prefetch(1).over(List.of("a", "b")))
        .containsExactly(entry("a", List.of(1)), entry("b", List.of(1)));
    assertThat(new Prefetch(1).with(2)).isEqualTo(2);
  }

  @Test
  void shareBeyondWhatASubscriptionTakes_hasSeveral() {
    assertThat(new Prefetch(2500).over(List.of("a")))
        .containsExactly(entry("a", List.of(1000, 1000, 500)));
  }
}
