package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TickerTest {
  private final ManualTime time = ManualTime.create();
  private final Ticker ticker = new Ticker(time.scheduler("test"));
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicBoolean something = new AtomicBoolean();

  private void start() {
    ticker.start(() -> {
      looks.incrementAndGet();
      return something.get();
    });
  }

  @Test
  void ticker_thatNobodyWakes_doesNothing() {
    start();

    assertThat(time.untilNext()).isEmpty();
  }

  @Test
  void ticker_ticksWhileThereIsSomething_withOneActionHoweverOftenWoken() {
    start();
    something.set(true);
    ticker.wake();
    ticker.wake();
    time.advance(Ticker.PAUSE.multipliedBy(3));
    assertThat(looks).hasValue(3);

    something.set(false);
    time.advance(Ticker.PAUSE);
    assertThat(time.untilNext()).isEmpty();

    something.set(true);
    ticker.wake();
    assertThat(time.untilNext()).hasValue(Ticker.PAUSE);
  }

  /** The race that its essay names: between the look that finds nothing and the word of it. */
  @Test
  void whatBeginsDuringTheLastLook_isLookedAfter() {
    ticker.start(() -> {
      boolean found = something.get();
      if (looks.incrementAndGet() == 1) {
        something.set(true);
        ticker.wake();
      }
      return found;
    });
    ticker.wake();

    time.advance(Ticker.PAUSE);
    int before = looks.get();
    time.advance(Ticker.PAUSE);

    assertThat(looks.get()).as("looks after it began").isGreaterThan(before);
  }

  @Test
  void ticker_whoseLookFails_goesOn() {
    AtomicInteger reported = reportedBy(() -> {
      ticker.start(() -> {
        if (looks.incrementAndGet() == 1) {
          throw new IllegalStateException("once");
        }
        return false;
      });
      ticker.wake();
      time.advance(Ticker.PAUSE.multipliedBy(2));
    });

    assertThat(reported).hasValue(1);
    assertThat(looks.get()).isGreaterThan(1);
  }

  @Test
  void ticker_thatIsClosed_looksNoMore() {
    start();
    something.set(true);
    ticker.wake();
    ticker.close();

    time.advance(Ticker.PAUSE.multipliedBy(3));

    assertThat(looks).hasValue(0);
  }

  /** One that finds no memory for this action, from 1. */
  private Scheduler exhaustedAt(int action) {
    Scheduler real = time.scheduler("test");
    AtomicInteger actions = new AtomicInteger();
    return new Scheduler() {
      @Override
      public void after(Duration delay, Runnable work) {
        if (actions.incrementAndGet() == action) {
          throw new OutOfMemoryError("unable to create native thread");
        }
        real.after(delay, work);
      }

      @Override
      public void close() {
        real.close();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void tickThatCannotBeGivenToItsThread_isBegunByTheNextThatWakes_andNobodyHearsOfIt(int action) {
    Ticker poor = new Ticker(exhaustedAt(action));
    poor.start(() -> {
      looks.incrementAndGet();
      return true;
    });
    assertThatCode(poor::wake).doesNotThrowAnyException();
    time.advance(Ticker.PAUSE.multipliedBy(3));
    assertThat(looks).hasValue(action - 1);

    poor.wake();
    time.advance(Ticker.PAUSE);
    assertThat(looks).hasValue(action);
  }

  @Test
  void ticker_whoseLookAfterItsWordFails_goesOn() {
    AtomicInteger reported = reportedBy(() -> {
      ticker.start(() -> {
        if (looks.incrementAndGet() == 2) {
          throw new IllegalStateException("once");
        }
        return false;
      });
      ticker.wake();
      time.advance(Ticker.PAUSE.multipliedBy(2));
    });

    assertThat(reported).hasValue(1);
    assertThat(looks.get()).isGreaterThan(2);
  }

  /** What reaches the thread's handler of uncaught exceptions. */
  private static AtomicInteger reportedBy(Runnable work) {
    Thread self = Thread.currentThread();
    Thread.UncaughtExceptionHandler usual = self.getUncaughtExceptionHandler();
    AtomicInteger reported = new AtomicInteger();
    self.setUncaughtExceptionHandler((thread, fault) -> reported.incrementAndGet());
    try {
      work.run();
    } finally {
      self.setUncaughtExceptionHandler(usual);
    }
    return reported;
  }
}
