package dev.errand.worker.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Discard;
import dev.errand.GiveUp;
import dev.errand.RetryLater;
import dev.errand.codec.PayloadException;
import dev.errand.retry.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The table of decisions, row by row. */
class DeciderTest {
  private static final RetryPolicy THRICE =
      RetryPolicy.every(Duration.ofSeconds(5)).attempts(3).givingUpOn(ArithmeticException.class);

  private final Decider decider = new Decider(new Random(1), Duration.ofMinutes(30));

  private Disposition decide(Outcome outcome, Counters counters) {
    return decide(outcome, counters, THRICE);
  }

  private Disposition decide(Outcome outcome, Counters counters, RetryPolicy policy) {
    return decider.decide(outcome, new History(counters, null, Duration.ZERO), policy);
  }

  private Disposition decide(Outcome outcome, Duration age, RetryPolicy policy) {
    return decider.decide(outcome, new History(Counters.FIRST, age, Duration.ZERO), policy);
  }

  @Test
  void done_isAcknowledged() {
    assertThat(decide(new Outcome.Done(), Counters.FIRST)).isEqualTo(new Disposition.Ack());
  }

  @Test
  void failed_withAttemptsLeft_runsAgainAfterThePolicysDelay() {
    IOException error = new IOException("no");

    assertThat(decide(new Outcome.Failed(error), new Counters(2, 4, 6, 5, 7)))
        .isEqualTo(new Disposition.Again(
            Duration.ofSeconds(5),
            new Counters(3, 4, 6, 5, 7),
            new Failure("attempt 2 failed", error)));
  }

  @Test
  void failed_withoutAttemptsLeft_isDead() {
    IOException error = new IOException("no");
    Counters third = new Counters(3, 0, 0, 0, 0);

    assertThat(decide(new Outcome.Failed(error), third))
        .isEqualTo(new Disposition.Dead(third, new Failure("attempt 3 of 3 failed", error)));
  }

  @Test
  void failed_withWhatThePolicyGivesUpOn_isDeadAtOnce() {
    ArithmeticException error = new ArithmeticException();

    assertThat(decide(new Outcome.Failed(error), Counters.FIRST))
        .isEqualTo(new Disposition.Dead(
            Counters.FIRST,
            new Failure("attempt 1 failed with what its policy gives up on", error)));
  }

  @Test
  void failed_withWhatAnotherPolicyDecides_isThatOnes() {
    RetryPolicy policy = THRICE.on(IOException.class, RetryPolicy.every(Duration.ofMinutes(5)));
    IOException error = new IOException("throttled");

    assertThat(decide(new Outcome.Failed(error), Counters.FIRST, policy))
        .isEqualTo(new Disposition.Again(
            Duration.ofMinutes(5),
            Counters.FIRST.nextAttempt(),
            new Failure("attempt 1 failed", error)));
  }

  @Test
  void failed_afterMoreAttemptsThanItsErrorMayHave_isDead_andSaysHowManyThatAre() {
    RetryPolicy policy =
        THRICE.on(IOException.class, RetryPolicy.every(Duration.ofMinutes(5)).attempts(2));

    assertThat(reason(
            decide(new Outcome.Failed(new IOException()), new Counters(3, 0, 0, 0, 0), policy)))
        .isEqualTo(
            "attempt 3 failed, and its policy has no more than 2 in all after such an error");
  }

  @Test
  void failed_whereTheFunctionOfItsPolicyGivesUp_isDead() {
    RetryPolicy policy = RetryPolicy.by((attempt, error) -> Optional.empty());

    assertThat(reason(decide(new Outcome.Failed(new IOException()), Counters.FIRST, policy)))
        .isEqualTo("attempt 1 failed, and its policy gives up");
  }

  @Test
  void failed_whereTheFunctionOfItsPolicyFailsToo_isDead_withBothErrors() {
    IOException error = new IOException("no ink");
    RetryPolicy policy = RetryPolicy.by((attempt, thrown) -> {
      throw new IllegalStateException("no table");
    });

    assertThat(decide(new Outcome.Failed(error), Counters.FIRST, policy))
        .isEqualTo(new Disposition.Dead(
            Counters.FIRST,
            new Failure(
                "attempt 1 failed, and then its policy: java.lang.IllegalStateException: no table",
                error)));
  }

  @Test
  void failed_whoseNextAttemptWouldBeTooLate_isDead_withBothTimes() {
    RetryPolicy policy = THRICE.within(Duration.ofHours(6));
    Outcome failed = new Outcome.Failed(new IOException());
    Duration last = Duration.ofHours(6).minusSeconds(5);

    assertThat(decide(failed, last, policy)).isInstanceOf(Disposition.Again.class);
    assertThat(reason(decide(failed, last.plusMillis(1), policy)))
        .isEqualTo(
            "attempt 1 failed; it is 5 h 59 min 55.001 s old, in 5 s it would be older than the"
                + " 6 h that its policy allows");
    assertThat(decide(failed, Duration.ofHours(-1), policy)).isInstanceOf(Disposition.Again.class);
    assertThat(decide(failed, Duration.ofSeconds(Long.MAX_VALUE), policy))
        .isInstanceOf(Disposition.Dead.class);
    assertThat(decide(failed, Counters.FIRST, policy)).isInstanceOf(Disposition.Again.class);
  }

  @Test
  void deferred_costsNoAttemptAndIsCounted() {
    assertThat(decide(
            new Outcome.Deferred(Duration.ofMinutes(5), "full"), new Counters(3, 1, 1, 1, 998)))
        .isEqualTo(
            new Disposition.Again(Duration.ofMinutes(5), new Counters(3, 1, 1, 1, 999), null));
  }

  @Test
  void deferred_asOftenAsItsPolicyAllows_isDead_withThatReason() {
    Outcome deferred = new Outcome.Deferred(Duration.ofMinutes(5), "full");

    assertThat(decide(deferred, new Counters(1, 0, 0, 0, 999)))
        .isInstanceOf(Disposition.Again.class);
    assertThat(reason(decide(deferred, new Counters(1, 0, 0, 0, 1000))))
        .isEqualTo("full; put off 1000 times before, and its policy allows 1000");
    assertThat(reason(decide(deferred, Counters.FIRST, THRICE.deferrals(0))))
        .isEqualTo("full; put off 0 times before, and its policy allows 0");
  }

  @Test
  void deferred_toWhereItWouldBeTooOld_isDead_withBothTimes() {
    RetryPolicy policy = THRICE.within(Duration.ofHours(6));
    Outcome deferred = new Outcome.Deferred(Duration.ofHours(2), "full");

    assertThat(decide(deferred, Duration.ofHours(4), policy)).isInstanceOf(Disposition.Again.class);
    assertThat(reason(decide(deferred, Duration.ofHours(5), policy)))
        .isEqualTo("full; it is 5 h old, in 2 h it would be older than the 6 h that its policy"
            + " allows");
  }

  @Test
  void gaveUp_isDeadAtOnce_withItsReasonAndCause() {
    IOException cause = new IOException("no ink");

    assertThat(decide(new Outcome.GaveUp("the printer burns", cause), Counters.FIRST))
        .isEqualTo(new Disposition.Dead(Counters.FIRST, new Failure("the printer burns", cause)));
  }

  @Test
  void discardedAndExpired_areAcknowledged() {
    assertThat(decide(new Outcome.Discarded("cancelled"), Counters.FIRST))
        .isEqualTo(new Disposition.Ack());
    assertThat(decide(new Outcome.Expired(Instant.EPOCH), Counters.FIRST))
        .isEqualTo(new Disposition.Ack());
  }

  @Test
  void thrown_isTheVerdictOfTheHandler_orElseAFailure() {
    IOException error = new IOException("no ink");

    assertThat(Outcome.thrown(error)).isEqualTo(new Outcome.Failed(error));
    assertThat(Outcome.thrown(new RetryLater(Duration.ofSeconds(5), "full")))
        .isEqualTo(new Outcome.Deferred(Duration.ofSeconds(5), "full"));
    assertThat(Outcome.thrown(new GiveUp("the printer burns", error)))
        .isEqualTo(new Outcome.GaveUp("the printer burns", error));
    assertThat(Outcome.thrown(new GiveUp("no such account")))
        .isEqualTo(new Outcome.GaveUp("no such account", null));
    assertThat(Outcome.thrown(new CompletionException(new Discard("cancelled"))))
        .isEqualTo(new Outcome.Discarded("cancelled"));
  }

  private static String reason(Disposition disposition) {
    return ((Disposition.Dead) disposition).failure().reason();
  }

  @Test
  void interrupted_costsNoAttemptAndIsCounted() {
    assertThat(decide(new Outcome.Interrupted(), new Counters(3, 1, 1, 1, 1)))
        .isEqualTo(new Disposition.Returned(new Counters(3, 1, 1, 2, 1), Disposition.Place.QUEUE));
  }

  @Test
  void cameBack_fromItsQueue_goesToItsEndOnce_thenIntoTheLane() {
    assertThat(decide(new Outcome.CameBack(Whence.QUEUE), new Counters(3, 0, 1, 1, 1)))
        .isEqualTo(new Disposition.Returned(new Counters(3, 1, 1, 1, 1), Disposition.Place.QUEUE));
    assertThat(decide(new Outcome.CameBack(Whence.QUEUE), new Counters(3, 1, 1, 1, 1)))
        .isEqualTo(new Disposition.Returned(new Counters(3, 2, 1, 1, 1), Disposition.Place.LANE));
  }

  @Test
  void cameBack_fromTheLane_isACrash_andDeadAtTheThird() {
    assertThat(decide(new Outcome.CameBack(Whence.LANE), new Counters(3, 2, 1, 1, 1)))
        .isEqualTo(new Disposition.Returned(new Counters(3, 2, 2, 1, 1), Disposition.Place.LANE));
    Counters third = new Counters(3, 2, 3, 1, 1);
    assertThat(decide(new Outcome.CameBack(Whence.LANE), new Counters(3, 2, 2, 1, 1)))
        .isEqualTo(new Disposition.Dead(third, new Failure("worker lost", null)));
  }

  @Test
  void cameBack_fromTheLaneAfterOurReconnect_isNoCrash() {
    Outcome back = new Outcome.CameBack(Whence.LANE_AFTER_OUR_RECONNECT);

    assertThat(decide(back, new Counters(3, 2, 2, 1, 1)))
        .isEqualTo(new Disposition.Returned(new Counters(3, 3, 2, 1, 1), Disposition.Place.LANE));
  }

  @Test
  void besideASuspect_waitsInTheLane_andNothingIsCounted() {
    Counters suspected = new Counters(3, 2, 1, 1, 1);

    assertThat(decide(new Outcome.BesideASuspect(), suspected))
        .isEqualTo(new Disposition.Aside(suspected, Disposition.Place.LANE, Decider.ASIDE));
  }

  @Test
  void mayHaveRun_isDeadAtOnce() {
    assertThat(decide(new Outcome.MayHaveRun(), Counters.FIRST))
        .isEqualTo(new Disposition.Dead(Counters.FIRST, new Failure("may have run", null)));
    assertThat(reason(decide(new Outcome.MayHaveRun("put off: full"), Counters.FIRST)))
        .isEqualTo("may have run: put off: full");
  }

  @Test
  void unreadable_isDeadAtOnce() {
    PayloadException error = new PayloadException("no JSON");

    assertThat(decide(new Outcome.Unreadable(error), Counters.FIRST))
        .isEqualTo(
            new Disposition.Dead(Counters.FIRST, new Failure("the body cannot be read", error)));
  }

  private Disposition waited(Outcome outcome, Duration waited) {
    return decider.decide(outcome, new History(Counters.FIRST, null, waited), THRICE);
  }

  @Test
  void unknown_waitsAsLongAgainAsItHas_butNotBeyondTheDeployPeriod() {
    Outcome unknown = new Outcome.Unknown("mail.send");
    String reason = "no handler for task 'mail.send'";
    Map<Duration, Duration> delays = Map.of(
        Duration.ZERO,
        Duration.ofSeconds(1),
        Duration.ofMillis(300),
        Duration.ofSeconds(1),
        Duration.ofSeconds(7),
        Duration.ofSeconds(7),
        Duration.ofMinutes(9),
        Duration.ofMinutes(5),
        Duration.ofMinutes(29),
        Duration.ofMinutes(1));

    delays.forEach((waited, delay) -> assertThat(waited(unknown, waited))
        .isEqualTo(new Disposition.Waits(delay, waited, reason)));
    assertThat(waited(unknown, Duration.ofMinutes(30)))
        .isEqualTo(new Disposition.Dead(
            Counters.FIRST,
            new Failure(reason + ", and no worker that knows it came within 30 min", null)));
  }

  @Test
  void newer_waitsLikewise() {
    Outcome newer = new Outcome.Newer("its wire format is version 2");

    assertThat(waited(newer, Duration.ofSeconds(4)))
        .isEqualTo(new Disposition.Waits(
            Duration.ofSeconds(4), Duration.ofSeconds(4), "its wire format is version 2"));
    assertThat(waited(newer, Duration.ofDays(400))).isInstanceOf(Disposition.Dead.class);
  }

  @Test
  void unknown_withoutAName_isDeadAtOnce() {
    assertThat(decide(new Outcome.Unknown(""), Counters.FIRST))
        .isEqualTo(new Disposition.Dead(
            Counters.FIRST, new Failure("it has no type, which would name its task", null)));
  }

  @Test
  void unknown_withoutADeployPeriod_isDeadAtOnce() {
    Decider impatient = new Decider(new Random(1), Duration.ZERO);

    assertThat(impatient.decide(
            new Outcome.Unknown("mail.send"),
            new History(Counters.FIRST, null, Duration.ZERO),
            THRICE))
        .isEqualTo(new Disposition.Dead(
            Counters.FIRST, new Failure("no handler for task 'mail.send'", null)));
  }

  @Test
  void countersAtTheEndOfTheirRange_stayThere() {
    int most = Integer.MAX_VALUE;
    Counters forged = new Counters(most, most, most, most, most);

    assertThat(forged.nextAttempt()).isEqualTo(forged);
    assertThat(forged.returned()).isEqualTo(forged);
    assertThat(forged.crashed()).isEqualTo(forged);
    assertThat(forged.interrupted()).isEqualTo(forged);
    assertThat(forged.deferred()).isEqualTo(forged);
  }

  @Test
  void failed_withAnAgeOfATimeToCome_isAsIfNew() {
    Outcome failed = new Outcome.Failed(new IOException("no"));
    Duration forEver = ChronoUnit.FOREVER.getDuration();

    assertThat(decide(failed, Duration.ofSeconds(-9), THRICE.within(forEver)))
        .isInstanceOf(Disposition.Again.class);
    assertThat(decide(failed, Duration.ofSeconds(-9), THRICE.within(Duration.ofSeconds(4))))
        .isInstanceOf(Disposition.Dead.class);
  }
}
