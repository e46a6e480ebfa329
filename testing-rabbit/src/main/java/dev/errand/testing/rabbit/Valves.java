package dev.errand.testing.rabbit;

import java.util.function.BooleanSupplier;

/**
 * Whether bytes pass through a proxy, in either direction, for all of its connections. Thread-safe.
 */
final class Valves {
  private boolean stalled;
  private boolean held;

  synchronized void stall(boolean shut) {
    stalled = shut;
    notifyAll();
  }

  synchronized void hold(boolean shut) {
    held = shut;
    notifyAll();
  }

  /** Makes those who wait look whether their connection is still there. */
  synchronized void wake() {
    notifyAll();
  }

  /** Waits until what a client sent may pass, or its connection is gone. */
  synchronized void awaitRequestsPass(BooleanSupplier gone) throws InterruptedException {
    while (stalled && !gone.getAsBoolean()) {
      wait();
    }
  }

  /** Waits until what the server sent may pass, or the connection is gone. */
  synchronized void awaitAnswersPass(BooleanSupplier gone) throws InterruptedException {
    while ((stalled || held) && !gone.getAsBoolean()) {
      wait();
    }
  }
}
