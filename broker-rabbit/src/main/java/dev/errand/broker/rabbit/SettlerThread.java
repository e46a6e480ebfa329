package dev.errand.broker.rabbit;

import dev.errand.time.Time;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that acknowledges, for all channels of a broker, so that one frame covers many jobs
 * and no verb's caller writes.
 */
final class SettlerThread {
  /*
   * Verbs, on any thread, add their channel, which stays among the busy ones, the thread's own, until it has nothing to write. The thread
   * parks when there is nothing to do, or for as long as no channel is due; whoever adds sees `parked`, or the thread sees what was added.
   * `this` guards start and close.
   */
  private static final Logger LOG = LoggerFactory.getLogger(SettlerThread.class);

  private final Time time;
  private final Thread thread;
  private final ConcurrentLinkedQueue<ConsumerChannel> added = new ConcurrentLinkedQueue<>();
  private volatile boolean parked;
  private volatile boolean closed;
  private boolean started;

  SettlerThread(Time time, Threads threads) {
    this.time = time;
    thread = threads.create("settle", this::run);
  }

  synchronized void start() {
    if (!started && !closed) {
      started = true;
      thread.start();
    }
  }

  /** The channel has something to write; it is called until it has nothing. */
  void add(ConsumerChannel channel) {
    added.add(channel);
    wake();
  }

  void wake() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    List<ConsumerChannel> busy = new ArrayList<>();
    while (!closed) {
      try {
        turn(busy);
      } catch (RuntimeException | Error unexpected) {
        // Without it nothing is acknowledged any more, so it goes on, and tries the same again.
        failed(unexpected);
      }
    }
  }

  private static void failed(Throwable unexpected) {
    try {
      LOG.error("Acknowledging failed unexpectedly, and goes on. Please report this.", unexpected);
    } catch (RuntimeException | Error untold) {
      // Nobody is left to tell it to.
    }
  }

  private void turn(List<ConsumerChannel> busy) {
    long pause = settle(busy);
    parked = true;
    // Whoever added before it was parked did not wake it.
    if (added.isEmpty() && !closed) {
      if (busy.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, pause);
      }
    }
    parked = false;
  }

  private long settle(List<ConsumerChannel> busy) {
    for (ConsumerChannel next = added.peek(); next != null; next = added.peek()) {
      busy.add(next);
      added.remove();
    }
    long now = time.nanoTime();
    long soonest = Long.MAX_VALUE;
    for (Iterator<ConsumerChannel> each = busy.iterator(); each.hasNext(); ) {
      long pause = settle(each.next(), now);
      if (pause == 0) {
        each.remove();
      } else {
        soonest = Math.min(soonest, pause);
      }
    }
    return soonest;
  }

  private static long settle(ConsumerChannel channel, long now) {
    try {
      return channel.settle(now);
    } catch (RuntimeException | Error error) {
      channel.broken(Refusals.text(error));
      LOG.error(
          "Acknowledging for queue '{}' failed unexpectedly; its consumer is made again. Please report this.",
          channel.queue(),
          error);
      return 0;
    }
  }

  void close() throws InterruptedException {
    boolean join;
    synchronized (this) {
      closed = true;
      join = started;
    }
    LockSupport.unpark(thread);
    if (join) {
      thread.join();
    }
  }
}
