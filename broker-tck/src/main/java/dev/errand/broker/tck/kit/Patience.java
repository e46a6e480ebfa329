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
    long begin = time.nanoTime();
    while (!condition.getAsBoolean()) {
      if (time.nanoTime() - begin > LONGEST.toNanos()) {
        throw new Deadline("Not within " + LONGEST + ": " + what + "; seen: " + state.get());
      }
      pass();
    }
  }

  /** Returns when the condition held all the time; fails at once when it does not. */
  public void watch(String what, Duration howLong, BooleanSupplier condition) {
    long begin = time.nanoTime();
    do {
      if (!condition.getAsBoolean()) {
        throw new AssertionError("No longer so: " + what + "; seen: " + state.get());
      }
      pass();
    } while (time.nanoTime() - begin < howLong.toNanos());
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
    try {
      if (pulse.tryAcquire(manual ? 1 : 10, TimeUnit.MILLISECONDS)) {
        pulse.drainPermits();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted; seen: " + state.get(), interrupted);
    }
  }
}
