package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerListenerTest {
  private static final WorkerEvent EVENT = new WorkerEvent.CutOff("test", "greetings");

  private final List<String> told = new ArrayList<>();

  private WorkerListener listener(String name) {
    return event -> told.add(name);
  }

  private WorkerListener throwing(String name) {
    return event -> {
      told.add(name);
      throw new IllegalStateException(name);
    };
  }

  @Test
  void and_tellsBoth_inTheirOrder() {
    listener("first").and(listener("second")).and(listener("third")).on(EVENT);

    assertThat(told).containsExactly("first", "second", "third");
  }

  @Test
  void and_tellsTheNext_whateverTheFirstThrows() {
    WorkerListener both = throwing("first").and(throwing("second"));

    assertThatThrownBy(() -> both.on(EVENT))
        .hasMessage("first")
        .satisfies(thrown -> assertThat(thrown.getSuppressed())
            .extracting(Throwable::getMessage)
            .containsExactly("second"));
    assertThat(told).containsExactly("first", "second");
  }
}
