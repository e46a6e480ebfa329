package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.errand.time.ManualTime;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleTest {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final ManualTime time = ManualTime.create();

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
    Lifecycle life = new Lifecycle(time, GRACE);
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

  @Test
  void gracePeriod_isThereAsSoonAsItStops_andBeginsOnce() {
    Lifecycle life = new Lifecycle(time, GRACE);
    assertThat(life.graceLeft()).isEmpty();

    life.to(State.STOPPING);
    assertThat(life.graceLeft()).hasValue(GRACE);
    time.advance(Duration.ofSeconds(5));
    assertThat(life.tryTo(State.STOPPING)).isFalse();
    assertThat(life.graceLeft()).hasValue(GRACE.minusSeconds(5));
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void step_thatTheTableLacks_isRefused_namingBoth(State next) {
    Lifecycle stopped = new Lifecycle(time, GRACE);
    stopped.to(State.STOPPING);
    stopped.to(State.STOPPED);

    assertThatIllegalStateException()
        .isThrownBy(() -> stopped.to(next))
        .withMessageContaining("STOPPED cannot become " + next);
    assertThat(stopped.state()).isEqualTo(State.STOPPED);
  }
}
