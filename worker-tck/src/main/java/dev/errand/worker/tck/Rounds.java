package dev.errand.worker.tck;

import dev.errand.TaskContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();
  }

  /**
   * A handler. A job that is there twice, as one may be whose copy's answer was lost, is done with
   * at once the second time: in the lane it would keep another's place.
   */
  void run(String payload, TaskContext context) throws InterruptedException {
    Round mine = present;
    bench.journal().ran(payload, context);
    if (mine.running.add(payload)) {
      mine.waiting.incrementAndGet();
      mine.over.await();
      mine.waiting.decrementAndGet();
    }
  }

  /** How many payloads there are of jobs that began in this round. */
  int running() {
    return present.running.size();
  }

  /** Ends what runs, and begins another round. */
  void next() {
    next(() -> {});
  }

  /**
   * Begins another round, has this happen to what runs, and ends that then, before a clock that
   * stands still is moved: a worker puts off for a minute what runs in it still. What begins
   * meanwhile is of the new round.
   */
  void next(Runnable meanwhile) {
    Round past = present;
    present = new Round();
    meanwhile.run();
    past.over.countDown();
    boolean unusedOver = bench.happensAtOnce(() -> past.waiting.get() == 0);
  }
}
