package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.time.ManualTime;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
    Thread.UncaughtExceptionHandler usual = Thread.currentThread().getUncaughtExceptionHandler();
    AtomicInteger reported = new AtomicInteger();
    Thread.currentThread()
        .setUncaughtExceptionHandler((thread, fault) -> reported.incrementAndGet());
    try {
      ticker.start(() -> {
        if (looks.incrementAndGet() == 1) {
          throw new IllegalStateException("once");
        }
        return false;
      });
      ticker.wake();
      time.advance(Ticker.PAUSE.multipliedBy(2));
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(usual);
    }

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
}
