package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.Route;
import dev.errand.broker.TopologyException;
import dev.errand.codec.PayloadException;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BatchExceptionTest {
  private static final Receipt TAKEN = new Receipt("1", "mail");

  private static PublishException refusal(Reason reason) {
    Message message = Message.of("7", new byte[0]).build();
    return new PublishException(
        reason, Publication.of(message, Route.queue("mails")), "No ink", "Buy some", null);
  }

  private static BatchException of(RuntimeException... failures) {
    TreeMap<Integer, RuntimeException> byPlace = new TreeMap<>();
    for (RuntimeException failure : failures) {
      byPlace.put(byPlace.size() + 1, failure);
    }
    return new BatchException("mail", List.of(TAKEN), byPlace);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void safeToRepeat_publishFailed_isItsOwnWord(Reason reason) {
    assertThat(of(refusal(reason)).safeToRepeat())
        .isEqualTo(reason != Reason.OUTCOME_UNKNOWN && reason != Reason.PARTLY_REJECTED);
  }

  @Test
  void safeToRepeat_failedBeforeItWasSent_isTrue() {
    assertThat(of(new PayloadException("a list cannot be written")).safeToRepeat())
        .isTrue();
    assertThat(of(new NullPointerException()).safeToRepeat()).isTrue();
    TopologyException forbidden = new TopologyException(
        TopologyException.Reason.FORBIDDEN, "queue 'mails'", "No", "Ask", null);
    assertThat(of(forbidden).safeToRepeat()).isTrue();
  }

  @Test
  void safeToRepeat_oneIsUnknown_isFalse() {
    BatchException mixed =
        of(refusal(Reason.UNAVAILABLE), refusal(Reason.OUTCOME_UNKNOWN), new PayloadException(""));

    assertThat(mixed.safeToRepeat()).isFalse();
  }

  @Test
  void message_allNotSent_saysThatAllMayBeEnqueuedAgain() {
    assertThat(of(refusal(Reason.UNAVAILABLE), refusal(Reason.UNROUTABLE)))
        .hasMessage("1 of 3 jobs of task 'mail' was enqueued, 2 were not."
            + " The first failure, of the payload at 1: No ink. Message 7 to queue 'mails' was not"
            + " published. To publish it again is safe. Buy some."
            + " Enqueue again those that failures() names, and no other; that makes no duplicate.");
  }

  @Test
  void message_someMayBeThere_countsThemApart() {
    assertThat(of(refusal(Reason.UNAVAILABLE), refusal(Reason.OUTCOME_UNKNOWN)))
        .hasMessageStartingWith(
            "1 of 3 jobs of task 'mail' was enqueued, 1 was not, 1 may have been. The first")
        .hasMessageEndingWith("Enqueue again those that failures() names, and no other;"
            + " for 1 of them that may make a duplicate.");
  }

  @Test
  void message_someAreUnfit_saysThatTheyFailAgain() {
    assertThat(of(new PayloadException("It is a ring."), refusal(Reason.BEYOND_LIMIT)))
        .hasMessageContaining("of the payload at 1: It is a ring. Of those not enqueued, 2 never"
            + " left: to repeat them is harmless, but fails again until the cause is mended."
            + " Enqueue")
        .hasMessageEndingWith("that makes no duplicate.");
  }

  @Test
  void message_firstFailureSaysLittle_isASentenceStill() {
    assertThat(of(new NullPointerException()))
        .hasMessageContaining("of the payload at 1: java.lang.NullPointerException. Of those");
    assertThat(of(new IllegalStateException("no ink")))
        .hasMessageContaining("of the payload at 1: no ink. Of those");
  }
}
