package dev.errand.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class CausesTest {
  @Test
  void of_isTheErrorAndItsCauses_inThisOrder() {
    IOException last = new IOException("last");
    Exception middle = new Exception(last);
    Exception first = new Exception(middle);

    assertThat(Causes.of(first)).containsExactly(first, middle, last);
  }

  @Test
  void unwrapped_isWhatAFutureFailedWith_andNoCauseOfThat() {
    IOException failure = new IOException(new IllegalStateException("why"));
    CompletionException without = new CompletionException("alone", null);

    assertThat(Causes.unwrapped(new CompletionException(failure))).isSameAs(failure);
    assertThat(Causes.unwrapped(failure)).isSameAs(failure);
    assertThat(Causes.unwrapped(without)).isSameAs(without);
  }

  @Test
  void of_aRing_comesToAnEnd() {
    Exception one = new Exception("one");
    Exception other = new Exception("other", one);
    one.initCause(other);

    assertThat(Causes.of(one)).hasSize(100).startsWith(one, other, one);
  }

  @Test
  void of_anErrorThatCannotSayItsCause_isThatErrorAlone() {
    Exception hostile = new Exception() {
      private static final long serialVersionUID = 1L;

      @Override
      public synchronized Throwable getCause() {
        throw new StackOverflowError();
      }
    };

    assertThat(Causes.of(hostile)).containsExactly(hostile);
  }
}
