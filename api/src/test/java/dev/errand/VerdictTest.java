package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class VerdictTest {
  @Test
  void verdicts_sayTheirReason_andBearNoStack() {
    RetryLater later = new RetryLater(Duration.ofMinutes(5), "full");
    IOException cause = new IOException("no ink");

    assertThat(later).hasMessage("full").hasNoCause();
    assertThat(later.reason()).isEqualTo("full");
    assertThat(later.delay()).isEqualTo(Duration.ofMinutes(5));
    assertThat(later.getStackTrace()).isEmpty();
    assertThat(new GiveUp("no such account").getStackTrace()).isEmpty();
    assertThat(new GiveUp("no ink left", cause)).hasMessage("no ink left").hasCause(cause);
    assertThat(new Discard("cancelled").getStackTrace()).isEmpty();
  }

  @Test
  void verdictWithoutAReason_hasAnEmptyOne() {
    String silent = new IOException().getMessage();

    assertThat(new GiveUp(silent).reason()).isEmpty();
    assertThat(new GiveUp(silent, new IOException()).reason()).isEmpty();
    assertThat(new Discard(silent).reason()).isEmpty();
    assertThat(new RetryLater(Duration.ZERO, silent).reason()).isEmpty();
  }

  @Test
  void in_findsAVerdictHoweverDeepItIsWrapped_andTheOutermostOfTwo() {
    Discard discard = new Discard("cancelled");
    RuntimeException wrapped = new IllegalStateException(new CompletionException(discard));
    GiveUp outer = new GiveUp("no", new RetryLater(Duration.ZERO, "later"));

    assertThat(Verdict.in(discard)).containsSame(discard);
    assertThat(Verdict.in(wrapped)).containsSame(discard);
    assertThat(Verdict.in(outer)).containsSame(outer);
    assertThat(Verdict.in(new IOException("no ink"))).isEmpty();
  }
}
