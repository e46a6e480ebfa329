package dev.errand.broker.inmemory;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** What a receiver is to hear, in the order of what happened, one call at a time. Thread-safe. */
final class Mailbox {
  /*
   * Calls are added under the server's lock, and made without it, by whichever thread finds the box unattended; a thread that comes
   * meanwhile counts itself in `arrivals` and leaves, and who attends goes on. A call that adds more (an ack that brings the next delivery)
   * finds the box attended too, by itself, so nothing recurses.
   *
   * RACE 1: a thread that attends has taken the first call out and not yet made it, while another closes. So `turn` is held from before the
   * first call is taken until after the last is made: who has emptied the box under `turn` knows that no call is on its way.
   * RACE 2: who attends finds the box empty while another adds and counts itself. So who attends takes off only as many arrivals as it saw,
   * and goes on while any are left.
   */
  private final ConcurrentLinkedQueue<Runnable> calls = new ConcurrentLinkedQueue<>();
  private final AtomicInteger arrivals = new AtomicInteger();
  private final ReentrantLock turn = new ReentrantLock();

  /** Adds a call, to be made by {@link #attend}. */
  void add(Runnable call) {
    calls.add(call);
  }

  /** Makes the calls that are there, unless another thread does. */
  void attend() {
    if (arrivals.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      empty();
      seen = arrivals.addAndGet(-seen);
    } while (seen != 0);
  }

  /** Makes the calls that are there; after that none is on its way, but the one this is made in. */
  void empty() {
    if (turn.isHeldByCurrentThread()) {
      // Inside a call: whoever made it goes on.
      return;
    }
    turn.lock();
    try {
      for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
        call.run();
      }
    } finally {
      turn.unlock();
    }
  }
}
