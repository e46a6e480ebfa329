package dev.errand.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualTimeTest {
  private final ManualTime time = ManualTime.create();
  private final Scheduler scheduler = time.scheduler("any");
  private final List<String> ran = new ArrayList<>();

  private void after(int seconds, String name) {
    scheduler.after(
        Duration.ofSeconds(seconds), () -> ran.add(name + "@" + time.nanoTime() / 1_000_000_000));
  }

  @Test
  void advance_runsWhatIsDue_inOrderAndAtItsTime() {
    after(5, "late");
    after(2, "early");
    after(2, "early too");
    time.advance(Duration.ofSeconds(4));
    assertThat(ran).containsExactly("early@2", "early too@2");
    assertThat(time.untilNext()).contains(Duration.ofSeconds(1));
    time.advance(Duration.ofSeconds(1));
    assertThat(ran).endsWith("late@5");
    assertThat(time.untilNext()).isEmpty();
  }

  @Test
  void after_zero_waitsForTheNextAdvance() {
    after(0, "now");
    assertThat(ran).isEmpty();
    time.advance(Duration.ZERO);
    assertThat(ran).containsExactly("now@0");
  }

  @Test
  void advance_actionThatAddsAnother_runsBoth() {
    scheduler.after(Duration.ofSeconds(1), () -> after(1, "second"));
    time.advance(Duration.ofSeconds(2));
    assertThat(ran).containsExactly("second@2");
  }

  @Test
  void close_forgetsWhatWaits() {
    after(1, "never");
    scheduler.close();
    after(1, "never either");
    time.advance(Duration.ofSeconds(5));
    assertThat(ran).isEmpty();
  }

  @Test
  void advance_actionThatThrows_stopsNoOther() {
    List<Throwable> reported = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    scheduler.after(Duration.ofSeconds(1), () -> {
      throw new IllegalStateException("planted");
    });
    after(1, "other");
    time.advance(Duration.ofSeconds(1));
    Thread.currentThread().setUncaughtExceptionHandler(null);
    assertThat(ran).containsExactly("other@1");
    assertThat(reported)
        .singleElement()
        .satisfies(error -> assertThat(error).hasMessage("planted"));
  }

  @Test
  void advance_backwards_isRefused() {
    assertThatThrownBy(() -> time.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 s");
  }

  @Test
  void advance_fromAnAction_isRefused() {
    List<Throwable> thrown = new ArrayList<>();
    scheduler.after(Duration.ZERO, () -> {
      try {
        time.advance(Duration.ZERO);
      } catch (IllegalStateException refused) {
        thrown.add(refused);
      }
    });
    time.advance(Duration.ZERO);
    assertThat(thrown).hasSize(1);
  }
}
