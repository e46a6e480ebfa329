package dev.errand.benchmarks.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.testing.rabbit.RabbitServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The load of {@code scripts/hostile}, some of each kind. */
@Timeout(300)
final class HostileTest {
  private static final Hostile.Load SMALL = new Hostile.Load(50, 220, 1);
  private static final long SEED = 6;

  @Test
  void everyKind_inMemory_harmsNoGoodJob_andIsNotLost() throws Exception {
    assertWhole(Hostile.run("memory:hostile-test", SMALL, SEED), "good 50/50");
  }

  @Test
  void everyKind_onRabbit_harmsNoGoodJob_andIsNotLost() throws Exception {
    assertWhole(Hostile.run(RabbitServer.shared().address(), SMALL, SEED), "good 50/50");
  }

  private static void assertWhole(Hostile.Result result, String good) {
    assertThat(result.line()).contains(good, "missing 0", "the body cannot be read", "seed 6");
    assertThat(result.whole()).isTrue();
  }
}
