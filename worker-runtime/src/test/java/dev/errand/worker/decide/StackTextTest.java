package dev.errand.worker.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class StackTextTest {
  @Test
  void stackOfManyMegabytes_isCut() {
    Exception error = new IOException("x".repeat(10_000_000));
    for (int depth = 0; depth < 1000; depth++) {
      error = new IllegalStateException("again", error);
    }

    assertThat(StackText.of(error))
        .hasSize(StackText.LONGEST)
        .startsWith("java.lang.IllegalStateException: again\n  at dev.errand");
    assertThat(StackText.messageOf(new IOException("y".repeat(10_000_000))))
        .hasSize(StackText.LONGEST_MESSAGE)
        .endsWith("…");
  }

  @Test
  void frames_beyondTwenty_areCounted() {
    StackTraceElement frame = new StackTraceElement("a.B", "c", "B.java", 1);
    Exception error = new IOException("deep");

    error.setStackTrace(Collections.nCopies(20, frame).toArray(StackTraceElement[]::new));
    assertThat(StackText.of(error)).doesNotContain("more").hasLineCount(21);
    error.setStackTrace(Collections.nCopies(23, frame).toArray(StackTraceElement[]::new));
    assertThat(StackText.of(error)).endsWith("  ... 3 more\n").hasLineCount(22);
  }

  @Test
  void causes_inARing_end() {
    Exception one = new IOException("one");
    Exception other = new IOException("other", one);
    one.initCause(other);

    assertThat(StackText.of(one)).contains("Caused by: java.io.IOException: other");
  }

  /** As of an exception that a mocking library made. */
  @Test
  void frames_thatAreNull_areNone() {
    Exception hollow = new Exception("hollow") {
      private static final long serialVersionUID = 1L;

      @Override
      @SuppressWarnings("NullAway")
      public StackTraceElement[] getStackTrace() {
        return null;
      }
    };

    assertThat(StackText.of(hollow)).endsWith(": hollow\n");
  }

  @Test
  void message_thatCannotBeHad_isSaid() {
    Exception hostile = new Exception() {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException();
      }
    };

    assertThat(StackText.of(hostile)).contains("its message cannot be had");
  }

  @Test
  void surrogatePair_atTheCut_isNotHalved() {
    assertThat(StackText.cut("ab😀cd", 4)).isEqualTo("ab…");
    assertThat(StackText.cut("abcd", 4)).isEqualTo("abcd");
    assertThat(StackText.cut("abcde", 4)).isEqualTo("abc…");
  }
}
