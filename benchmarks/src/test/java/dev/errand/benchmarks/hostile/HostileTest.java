package dev.errand.benchmarks.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Message;
import dev.errand.testing.rabbit.RabbitServer;
import java.util.List;
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

  @Test
  void kinds_thatAreSmall_areEleven() {
    assertThat(Kind.small()).hasSize(11).doesNotContain(Kind.HUGE_BODY);
  }

  @Test
  void message_thatEndsTwice_isFound_whateverItsEnds() {
    Ledger ledger = new Ledger();
    for (String id : List.of("ran", "ran twice", "ran and dead", "dead", "dead and ran")) {
      ledger.sent(id);
    }
    ledger.ran("ran");
    ledger.ran("ran twice");
    ledger.ran("ran twice");
    ledger.ran("ran and dead");
    ledger.dead(letter("ran and dead"));
    ledger.dead(letter("dead"));
    ledger.dead(letter("dead and ran"));
    ledger.ran("dead and ran");
    ledger.dead(letter("never sent"));
    ledger.dead(letter("never sent"));

    assertThat(ledger.twice())
        .containsExactly("dead and ran", "never sent", "ran and dead", "ran twice");
    assertThat(ledger.missing()).isEmpty();
  }

  private static Message letter(String id) {
    return Message.of(id, new byte[0]).build();
  }

  private static void assertWhole(Hostile.Result result, String good) {
    assertThat(result.line()).contains(good, "missing 0", "the body cannot be read", "seed 6");
    assertThat(result.whole()).isTrue();
  }
}
