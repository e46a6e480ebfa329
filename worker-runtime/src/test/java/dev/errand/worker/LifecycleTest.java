package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleTest {
  @Test
  void life_goesByTheTable() {
    Lifecycle life = new Lifecycle();
    assertThat(life.stopping()).isFalse();
    life.to(State.RUNNING);
    assertThat(life.beginStop()).isTrue();
    assertThat(life.beginStop()).isFalse();
    assertThat(life.stopping()).isTrue();
    life.to(State.STOPPED);
    assertThat(life.beginStop()).isFalse();
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
