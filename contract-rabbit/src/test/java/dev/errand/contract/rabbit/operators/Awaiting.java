package dev.errand.contract.rabbit.operators;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what a server does by itself, and tells nobody. */
final class Awaiting {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

  private Awaiting() {}

  /** Looks until it sees what is wanted; fails with what it saw last. */
  static <T> T until(Supplier<T> look, Predicate<T> wanted) {
    long deadline = System.nanoTime() + PATIENCE;
    T seen = look.get();
    while (!wanted.test(seen)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not as wanted, but " + seen);
      }
      LockSupport.parkNanos(PAUSE);
      seen = look.get();
    }
    return seen;
  }
}
