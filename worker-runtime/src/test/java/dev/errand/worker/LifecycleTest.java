package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleTest {
  @Test
  void table_isThatOfTheDiagram() {
    Map<String, Set<String>> drawn = Diagram.under("## A worker");

    for (State state : State.values()) {
      assertThat(state.next())
          .as("%s", state)
          .extracting(State::name)
          .containsExactlyInAnyOrderElementsOf(drawn.getOrDefault(state.name(), Set.of()));
    }
  }

  @Test
  void life_goesByTheTable() {
    Lifecycle life = new Lifecycle();
    assertThat(life.stopping()).isFalse();
    life.to(State.RUNNING);
    assertThat(life.tryTo(State.PAUSED)).isTrue();
    assertThat(life.tryTo(State.PAUSED)).isFalse();
    assertThat(life.paused()).isTrue();
    assertThat(life.tryTo(State.RUNNING)).isTrue();
    assertThat(life.paused()).isFalse();
    assertThat(life.tryTo(State.STOPPING)).isTrue();
    assertThat(life.tryTo(State.STOPPING)).isFalse();
    assertThat(life.stopping()).isTrue();
    life.to(State.STOPPED);
    assertThat(life.tryTo(State.STOPPING)).isFalse();
    assertThat(life.stopping()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void step_thatTheTableLacks_isRefused_namingBoth(State next) {
    Lifecycle stopped = new Lifecycle();
    stopped.to(State.STOPPING);
    stopped.to(State.STOPPED);

    assertThatIllegalStateException()
        .isThrownBy(() -> stopped.to(next))
        .withMessageContaining("STOPPED cannot become " + next);
    assertThat(stopped.state()).isEqualTo(State.STOPPED);
  }
}
