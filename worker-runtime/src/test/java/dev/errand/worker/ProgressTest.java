package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgressTest {
  @Test
  void table_isThatOfTheDiagram() {
    Map<String, Set<String>> drawn = Diagram.under("## A delivery in a worker");

    for (Step step : Step.values()) {
      assertThat(step.next())
          .as("%s", step)
          .extracting(Step::name)
          .containsExactlyInAnyOrderElementsOf(drawn.getOrDefault(step.name(), Set.of()));
    }
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void step_thatTheTableLacks_isRefused_namingBoth(Step next) {
    Progress settled = new Progress();
    settled.to(Step.RUNNING);
    settled.to(Step.SETTLING);
    assertThat(settled.tryTo(Step.SETTLING)).isFalse();
    assertThat(settled.tryTo(Step.SETTLED)).isTrue();

    assertThatIllegalStateException()
        .isThrownBy(() -> settled.to(next))
        .withMessageContaining("SETTLED cannot become " + next);
    assertThat(settled.step()).isEqualTo(Step.SETTLED);
  }
}
