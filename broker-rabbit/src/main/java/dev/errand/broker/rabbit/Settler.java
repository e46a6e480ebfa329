package dev.errand.broker.rabbit;

import dev.errand.time.Time;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that acknowledges, for all channels of a broker, so that one frame covers many jobs
 * and no verb's caller writes.
 */
final class Settler {
  private final Time time;
  private final Thread thread;
  private final ConcurrentLinkedQueue<ConsumerChannel> added = new ConcurrentLinkedQueue<>();
  private volatile boolean parked;
  private volatile boolean closed;
  private boolean started;

  Settler(Time time, Threads threads) {
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
  }

  private long settle(List<ConsumerChannel> busy) {
    for (ConsumerChannel next = added.poll(); next != null; next = added.poll()) {
      busy.add(next);
    }
    long now = time.nanoTime();
    long soonest = Long.MAX_VALUE;
    for (Iterator<ConsumerChannel> each = busy.iterator(); each.hasNext(); ) {
      long pause = each.next().settle(now);
      if (pause == 0) {
        each.remove();
      } else {
        soonest = Math.min(soonest, pause);
      }
    }
    return soonest;
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
