package dev.errand.broker.inmemory;

import org.jetbrains.lincheck.Lincheck;

/** What tests of two threads that meet have in common. */
final class TwoThreads {
  private TwoThreads() {}

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** Runs it in so many orders of its threads' steps, of those that Lincheck finds. */
  static void inEachOrder(int orders, Runnable test) {
    // Loads the classes: to do so in a run could last longer than a run may.
    test.run();
    Lincheck.runConcurrentTest(orders, test);
  }

  static void inParallel(Runnable one, Runnable other) {
    Thread first = new Thread(one);
    Thread second = new Thread(other);
    first.start();
    second.start();
    try {
      first.join();
      second.join();
    } catch (InterruptedException never) {
      throw new AssertionError(never);
    }
  }
}
