package dev.errand.retry;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryPolicyTest {
  private final Exception error = new IllegalStateException("broken");

  /** Draws the shortest delays. */
  private static final RandomGenerator LOW = () -> 0L;

  /** Draws the longest delays. */
  private static final RandomGenerator HIGH = () -> -1L;

  @ParameterizedTest
  @CsvSource({"1, PT2S", "2, PT4S", "3, PT8S", "10, PT17M4S", "40, PT24H", "2000, PT24H"})
  void exponential_withoutJitter_doublesUpToADay(int attempt, Duration delay) {
    RetryPolicy policy = RetryPolicy.exponential(ofSeconds(2)).attempts(5_000);

    assertThat(policy.delayAfter(attempt, error, LOW)).contains(delay);
  }

  @Test
  void exponential_withJitter_isNeverShorterAndAtMostATenthLonger() {
    RetryPolicy policy = RetryPolicy.exponential(ofSeconds(2)).attempts(100);
    Random random = new Random(7);

    for (int draw = 0; draw < 10_000; draw++) {
      assertThat(policy.delayAfter(1 + draw % 5, error, random))
          .hasValueSatisfying(delay -> assertThat(delay).isBetween(ofSeconds(2), ofMillis(35_200)));
      assertThat(policy.delayAfter(1, error, random))
          .hasValueSatisfying(delay -> assertThat(delay).isBetween(ofSeconds(2), ofMillis(2_200)));
    }
    assertThat(policy.delayAfter(1, error, HIGH))
        .hasValueSatisfying(delay -> assertThat(delay).isBetween(ofMillis(2_199), ofMillis(2_200)));
  }

  @Test
  void upTo_longerThanAnyTime_neverOverflows() {
    Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
    RetryPolicy policy = RetryPolicy.exponential(ofSeconds(2)).upTo(ever).attempts(1_000);

    for (int attempt = 1; attempt < 1_000; attempt++) {
      assertThat(policy.delayAfter(attempt, error, HIGH)).isPresent();
    }
    assertThat(policy.delayAfter(999, error, HIGH)).contains(ever);
  }

  @Test
  void upTo_withJitter_isNotExceeded() {
    RetryPolicy policy =
        RetryPolicy.exponential(ofSeconds(2)).upTo(ofSeconds(5)).attempts(100);

    assertThat(policy.delayAfter(2, error, HIGH))
        .hasValueSatisfying(delay -> assertThat(delay).isBetween(ofMillis(4_399), ofMillis(4_400)));
    assertThat(policy.delayAfter(3, error, HIGH)).contains(ofSeconds(5));
    assertThat(policy.delayAfter(30, error, HIGH)).contains(ofSeconds(5));
  }

  @Test
  void every_anyAttempt_isTheSameDelay() {
    RetryPolicy policy = RetryPolicy.every(ofSeconds(3)).attempts(3);

    assertThat(policy.delayAfter(1, error, HIGH)).contains(ofSeconds(3));
    assertThat(policy.delayAfter(2, error, HIGH)).contains(ofSeconds(3));
    assertThat(policy.delayAfter(3, error, HIGH)).isEmpty();
  }

  @Test
  void never_firstFailure_givesUp() {
    assertThat(RetryPolicy.never().delayAfter(1, error, LOW)).isEmpty();
    assertThat(RetryPolicy.never()).hasToString("1 attempt");
  }

  @Test
  void never_withMoreAttempts_isRefused() {
    RetryPolicy never = RetryPolicy.never().givingUpOn(IOException.class).attempts(1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> never.attempts(3))
        .withMessageContainingAll("3 attempts", "every(delay) or exponential(first)");
    assertThat(RetryPolicy.every(Duration.ZERO).attempts(1).attempts(3).attempts())
        .isEqualTo(3);
  }

  @Test
  void standard_allTwentyAttempts_takeAboutTwelveHours() {
    Duration sum = Duration.ZERO;
    for (int attempt = 1; attempt < 20; attempt++) {
      sum = sum.plus(RetryPolicy.DEFAULT.delayAfter(attempt, error, LOW).orElseThrow());
    }

    assertThat(sum).isBetween(ofHours(12), ofHours(13));
    assertThat(RetryPolicy.DEFAULT.delayAfter(20, error, LOW)).isEmpty();
  }

  @Test
  void givingUpOn_thatClassOrOneBelowItThrownOrAsACause_givesUp() {
    RetryPolicy policy = RetryPolicy.every(ofSeconds(1))
        .givingUpOn(IOException.class)
        .givingUpOn(ArithmeticException.class);

    assertThat(policy.delayAfter(1, new java.io.EOFException(), LOW)).isEmpty();
    assertThat(policy.delayAfter(1, new UncheckedIOException(new IOException()), LOW))
        .isEmpty();
    assertThat(policy.delayAfter(1, new ArithmeticException(), LOW)).isEmpty();
    assertThat(policy.delayAfter(1, error, LOW)).contains(ofSeconds(1));
  }

  @Test
  void givingUpOn_causesInARing_comesToAnEnd() {
    Exception one = new Exception("one");
    Exception other = new Exception("other", one);
    one.initCause(other);

    assertThat(RetryPolicy.DEFAULT.givingUpOn(IOException.class).givesUpOn(one)).isFalse();
  }

  @Test
  void givingUpOn_anErrorThatCannotSayItsCause_looksAtTheErrorAlone() {
    Exception hostile = new ArithmeticException() {
      private static final long serialVersionUID = 1L;

      @Override
      public synchronized Throwable getCause() {
        throw new IllegalStateException();
      }
    };

    assertThat(RetryPolicy.DEFAULT.givingUpOn(IOException.class).givesUpOn(hostile))
        .isFalse();
    assertThat(RetryPolicy.DEFAULT.givingUpOn(ArithmeticException.class).givesUpOn(hostile))
        .isTrue();
  }

  @Test
  void by_aFunction_isAskedForEachDelay_andCannotGoBeyondTheBounds() {
    RetryPolicy policy = RetryPolicy.by((attempt, thrown) -> thrown instanceof IOException
            ? Optional.empty()
            : Optional.of(ofSeconds(attempt * 10L - 15)))
        .upTo(ofSeconds(12))
        .attempts(4);

    assertThat(policy.delayAfter(1, error, HIGH)).contains(Duration.ZERO);
    assertThat(policy.delayAfter(2, error, HIGH)).contains(ofSeconds(5));
    assertThat(policy.delayAfter(3, error, HIGH)).contains(ofSeconds(12));
    assertThat(policy.delayAfter(4, error, HIGH)).isEmpty();
    assertThat(policy.delayAfter(1, new IOException(), HIGH)).isEmpty();
    assertThat(
            RetryPolicy.by((attempt, thrown) -> Optional.of(ofDays(9))).delayAfter(19, error, LOW))
        .contains(ofDays(9));
  }

  @Test
  @SuppressWarnings("NullAway") // As a caller without null checks does.
  void by_aFunctionThatGivesNull_saysSo() {
    assertThatThrownBy(() -> RetryPolicy.by((attempt, thrown) -> null).delayAfter(1, error, LOW))
        .hasMessageContainingAll("gave null", "Optional.empty()");
  }

  @Test
  void on_thatClassThrownOrAsACause_thatPolicyDecides_andLeavesTheRestAsItIs() {
    RetryPolicy policy = RetryPolicy.exponential(ofSeconds(2))
        .attempts(8)
        .within(ofHours(6))
        .on(IOException.class, RetryPolicy.every(Duration.ofMinutes(5)))
        .on(
            ArithmeticException.class,
            RetryPolicy.every(ofSeconds(7)).attempts(2).within(ofDays(1)));
    Exception wrapped = new UncheckedIOException(new IOException());

    assertThat(policy.delayAfter(1, error, LOW)).contains(ofSeconds(2));
    assertThat(policy.delayAfter(7, wrapped, LOW)).contains(Duration.ofMinutes(5));
    assertThat(policy.delayAfter(8, wrapped, LOW)).isEmpty();
    assertThat(policy.forError(wrapped).age()).contains(ofHours(6));
    assertThat(policy.delayAfter(1, new ArithmeticException(), LOW)).contains(ofSeconds(7));
    assertThat(policy.delayAfter(2, new ArithmeticException(), LOW)).isEmpty();
    assertThat(policy.forError(new ArithmeticException()).age()).contains(ofDays(1));
    assertThat(policy.forError(error)).isSameAs(policy);
    assertThat(policy.givesUpOn(wrapped)).isFalse();
  }

  @Test
  void on_severalThatFit_theFirstNamedDecides() {
    RetryPolicy policy = RetryPolicy.never()
        .on(java.io.EOFException.class, RetryPolicy.every(ofSeconds(1)))
        .on(IOException.class, RetryPolicy.every(ofSeconds(2)));

    assertThat(policy.delayAfter(1, new java.io.EOFException(), LOW)).contains(ofSeconds(1));
    assertThat(policy.delayAfter(1, new IOException(), LOW)).contains(ofSeconds(2));
    assertThat(policy.delayAfter(1, new IOException(new java.io.EOFException()), LOW))
        .contains(ofSeconds(1));
    assertThat(policy.delayAfter(1, error, LOW)).isEmpty();
  }

  @Test
  void on_aPolicyThatNamesExceptionsItself_isAskedThroughout() {
    RetryPolicy inner = RetryPolicy.every(ofSeconds(1)).givingUpOn(java.io.EOFException.class);
    RetryPolicy policy = RetryPolicy.DEFAULT.attempts(3).on(IOException.class, inner);

    assertThat(policy.givesUpOn(new java.io.EOFException())).isTrue();
    assertThat(policy.delayAfter(2, new IOException(), LOW)).contains(ofSeconds(1));
    assertThat(policy.delayAfter(3, new IOException(), LOW)).isEmpty();
  }

  @Test
  void on_aClassOfWhichAllIsSaidBefore_isRefused() {
    RetryPolicy policy = RetryPolicy.DEFAULT.on(IOException.class, RetryPolicy.every(ofSeconds(1)));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.givingUpOn(java.io.EOFException.class))
        .withMessageContainingAll("java.io.EOFException", "java.io.IOException", "narrower");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.on(IOException.class, RetryPolicy.every(ofSeconds(2))));
    assertThat(policy.givingUpOn(Exception.class).givesUpOn(error)).isTrue();
    assertThat(RetryPolicy.DEFAULT
            .givingUpOn(IOException.class)
            .givingUpOn(java.io.EOFException.class)
            .givesUpOn(new java.io.EOFException()))
        .isTrue();
  }

  @Test
  void boundsUnsaid_areThoseOfTheClass() {
    assertThat(RetryPolicy.DEFAULT.deferrals()).isEqualTo(RetryPolicy.DEFAULT_DEFERRALS);
    assertThat(RetryPolicy.DEFAULT.age()).isEmpty();
    assertThat(RetryPolicy.DEFAULT.inHand()).isEmpty();
    assertThat(RetryPolicy.DEFAULT.deferrals(0).deferrals()).isZero();
    assertThat(RetryPolicy.DEFAULT.inHand(3, ofMillis(50)).inHand())
        .contains(new InHand(3, ofMillis(50)));
  }

  @Test
  void policy_inWords_saysWhatItHas() {
    assertThat(RetryPolicy.exponential(ofSeconds(2))
            .upTo(ofHours(1))
            .attempts(8)
            .within(ofHours(6))
            .givingUpOn(ArithmeticException.class)
            .on(IOException.class, RetryPolicy.every(Duration.ofMinutes(5))))
        .hasToString("8 attempts, exponential from 2 s up to 1 h, within 6 h;"
            + " on java.lang.ArithmeticException: none more; on java.io.IOException: every 5 min");
    assertThat(RetryPolicy.by((attempt, thrown) -> Optional.empty()))
        .hasToString("20 attempts, by a function");
  }

  @Test
  void policy_changed_leavesTheOriginal() {
    RetryPolicy original = RetryPolicy.every(ofSeconds(1));
    assertThat(original.attempts(1).attempts()).isEqualTo(1);
    assertThat(original.attempts()).isEqualTo(RetryPolicy.DEFAULT_ATTEMPTS);
  }

  @Test
  void policy_outOfRange_isRefusedWithTheValue() {
    assertThatThrownBy(() -> RetryPolicy.exponential(Duration.ZERO))
        .hasMessageContaining("delay of 0 ms");
    assertThatThrownBy(() -> RetryPolicy.every(ofSeconds(-1)))
        .hasMessageContaining("delay of -1 s");
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.attempts(0)).hasMessageContaining("0 attempts");
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.upTo(ofDays(-1)))
        .hasMessageContaining("up to -24 h");
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.within(Duration.ZERO))
        .hasMessageContaining("within 0 ms");
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.within(ofSeconds(-1)))
        .hasMessageContaining("within -1 s");
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.deferrals(-1))
        .hasMessageContaining("off -1 times");
  }
}
