package dev.errand.broker.tck.kit;

import dev.errand.time.ManualTime;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for facts up to a deadline on the broker's time, which it moves where it stands still. */
public final class Patience {
  /**
   * Long enough for a server to come back, and longer than a worker waits for answers when it
   * stops; a case that is right waits only as long as it must.
   */
  public static final Duration LONGEST = Duration.ofSeconds(40);

  private static final Duration STEP = Duration.ofMillis(20);

  /** How often it looks at what takes none of the broker's time, 10 ms apart: for a second. */
  private static final int LOOKS = 100;

  private static final int LAST_LOOKS = 5;
  private static final Semaphore NEVER = new Semaphore(0);

  private final Semaphore pulse = new Semaphore(0);
  private final Time time;
  private final Supplier<String> state;

  /**
   * On this time.
   *
   * @param state what was seen so far, for a deadline to tell
   */
  public Patience(Time time, Supplier<String> state) {
    this.time = time;
    this.state = state;
  }

  /** Something happened: who waits looks again at once. */
  public void wake() {
    pulse.release();
  }

  /** Returns when the condition holds; a {@link Deadline} with what was seen when it does not. */
  public void await(String what, BooleanSupplier condition) {
    if (!happens(LONGEST, condition)) {
      throw new Deadline("Not within " + LONGEST + ": " + what + "; seen: " + state.get());
    }
  }

  /**
   * Whether it happens in this time; for what a broken backend never does, so that a case can say
   * what is wrong.
   */
  public boolean happens(Duration within, BooleanSupplier condition) {
    long begin = time.nanoTime();
    boolean happened = condition.getAsBoolean();
    while (!happened && time.nanoTime() - begin <= within.toNanos()) {
      pass();
      happened = condition.getAsBoolean();
    }
    return happened || standing(LOOKS, condition);
  }

  /**
   * Whether it happens while a clock that stands still is not moved: what waits for a thread alone,
   * and that for a busy machine, takes none of the broker's time. On a real clock, whether it is so
   * now.
   */
  public boolean happensAtOnce(BooleanSupplier condition) {
    return condition.getAsBoolean() || standing(LOOKS, condition);
  }

  /** Returns when the condition held all the time; fails at once when it does not. */
  public void watch(String what, Duration howLong, BooleanSupplier condition) {
    long begin = time.nanoTime();
    boolean holds = condition.getAsBoolean();
    while (holds && time.nanoTime() - begin < howLong.toNanos()) {
      pass();
      holds = condition.getAsBoolean();
    }
    if (!holds || standing(LAST_LOOKS, () -> !condition.getAsBoolean())) {
      throw new AssertionError("No longer so: " + what + "; seen: " + state.get());
    }
  }

  /** Looks so often, where the clock stands still, and does not move it: threads catch up. */
  private boolean standing(int looks, BooleanSupplier condition) {
    for (int look = 0; time instanceof ManualTime && look < looks; look++) {
      acquire(NEVER, 10);
      if (condition.getAsBoolean()) {
        return true;
      }
    }
    return false;
  }

  /** The value of a future that succeeds. */
  public <T> T get(CompletableFuture<T> future, String what) {
    await(what, future::isDone);
    try {
      return future.join();
    } catch (CompletionException failed) {
      throw new AssertionError(what + " failed: " + failed.getCause(), failed.getCause());
    }
  }

  /** The failure of a future, which has to be of this type. */
  public <E extends Throwable> E failure(CompletableFuture<?> future, Class<E> type) {
    await("a " + type.getSimpleName(), future::isDone);
    Throwable failure = future.handle((value, error) -> error).join();
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
    if (!type.isInstance(cause)) {
      throw new AssertionError("Expected a " + type.getSimpleName() + ", found "
          + (cause == null ? "success" : cause) + "; seen: " + state.get());
    }
    return type.cast(cause);
  }

  /**
   * Lets a moment pass: the other threads' on a real clock, and on one that stands still ours too.
   */
  private void pass() {
    boolean manual = time instanceof ManualTime;
    if (time instanceof ManualTime still) {
      still.advance(STEP);
    }
    if (acquire(pulse, manual ? 1 : 10)) {
      pulse.drainPermits();
    }
  }

  private boolean acquire(Semaphore from, int millis) {
    try {
      return from.tryAcquire(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted; seen: " + state.get(), interrupted);
    }
  }
}
