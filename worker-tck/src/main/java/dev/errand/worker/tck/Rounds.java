package dev.errand.worker.tck;

import dev.errand.TaskContext;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Handlers that run until the case goes on to the next round; all of one round end together. */
final class Rounds {
  private final Bench bench;
  private volatile Round present = new Round();

  Rounds(Bench bench) {
    this.bench = bench;
  }

  private static final class Round {
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
  }

  /** A handler. */
  void run(String payload, TaskContext context) throws InterruptedException {
    Round mine = present;
    bench.journal().ran(payload, context);
    mine.running.incrementAndGet();
    mine.over.await();
  }

  /** How many began in this round. */
  int running() {
    return present.running.get();
  }

  /** Ends what runs, and begins another round. */
  void next() {
    Round past = present;
    present = new Round();
    past.over.countDown();
  }
}
