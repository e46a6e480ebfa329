package dev.errand.worker;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleTest {
  private static final Pattern STEP = Pattern.compile(" *([A-Z]+) --> ([A-Z]+)(: .*)?");

  @Test
  void table_isThatOfTheDiagram() throws IOException {
    Set<String> states = Stream.of(State.values()).map(State::name).collect(toSet());
    Map<String, Set<String>> drawn = Files.readAllLines(Path.of("../docs/architecture.md")).stream()
        .map(STEP::matcher)
        .filter(Matcher::matches)
        .filter(step -> states.contains(step.group(1)))
        .collect(groupingBy(step -> step.group(1), mapping(step -> step.group(2), toSet())));

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
