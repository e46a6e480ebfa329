package dev.errand.broker.tck;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Threads that a broker should not have. */
final class FaultyThreads {
  private FaultyThreads() {}

  /** For longer than a case looks at it. */
  static void keepAThreadBusy() {
    long end = Time.system().nanoTime() + Duration.ofSeconds(3).toNanos();
    Thread thread = new Thread(
        () -> {
          while (Time.system().nanoTime() < end) {
            Thread.onSpinWait();
          }
        },
        "busy");
    thread.setDaemon(true);
    thread.start();
  }

  /** For a minute. */
  static void leaveAThread() {
    Thread thread = new Thread(
        () -> {
          try {
            boolean unused = new Semaphore(0).tryAcquire(1, TimeUnit.MINUTES);
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
        },
        "left-behind");
    thread.setDaemon(true);
    thread.start();
  }
}
