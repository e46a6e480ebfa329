package dev.errand.broker.rabbit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What one channel has delivered and not settled, and what its server is to be told of it. */
final class Settler {
  /*
   * A delivery is an Entry here, from when it came until the server was told what became of it. Verbs, on any thread, move an entry on and
   * leave word; the settler's thread writes. So no verb's caller waits for the server, and one frame covers many jobs.
   *
   *                    failed: by the copier,                       by whoever writes:
   *                    the reader, the sweep                        the settler's thread, or
   *                   +---------------------+                       the loop that closes
   *     received      v                     |
   *    ----------> UNSETTLED ----------> TAKEN ----------> FINISHED ----------> SETTLED
   *                          any verb,          ack: at once;     |   acknowledged
   *                          any thread         a copy: when      |
   *                                             it is safe        |
   *                                     TAKEN ----------> REFUSED ----------> SETTLED
   *                                             reject            |   rejected
   *                                                               |
   *                                                               +---------> SETTLED, and its verb fails as GONE:
   *                                                                   by who ends the channel
   *
   * Each arrow is a compare-and-set, or a write by who has made one, and whoever makes it answers for it: so a delivery takes one verb at a
   * time, and a verb is answered once. A second verb finds another step than UNSETTLED, and is refused at its caller.
   *
   * What is outstanding stands in the order of its tags:
   *
   *       FINISHED  SETTLED  FINISHED | UNSETTLED  FINISHED  SETTLED  REFUSED  UNSETTLED
   *       \________ prefix _________/   a hole     \_________ islands ________/
   *
   * The prefix goes with one acknowledgement of its highest tag, as soon as a quarter of the prefetch waits, or the oldest has waited for
   * 1 ms. An island goes alone, when it has waited for 5 ms, or when half the prefetch waits: a job that runs for long holds up nobody. So
   * does a refused one, wherever it stands. What was settled above a hole stays in its place until the hole is filled, and is taken out at the
   * latest when there are twice the prefetch of it.
   *
   * The thread is told once, and then calls `settle` until it returns 0. `waiting` counts entries that are FINISHED or REFUSED, `queued`
   * says that the thread has been told.
   *   RACE 1: a verb counts itself after its step; the thread may have written it by then. So `waiting` is below 0 for a moment.
   *   RACE 2: the thread sees nothing waiting, and before it says that it is no longer queued, a verb counts itself and finds that it is. So
   *   the thread looks once more after it has said so.
   *
   * The end of the channel takes out what is outstanding, and answers the verbs that wait as GONE. Nothing is written any more.
   *   RACE 3: an entry that is TAKEN then is passed over: its copy is on its way. Whoever moves it on looks after that whether the channel
   *   has ended, and where it has, answers the verb itself; the end, if it comes later, finds it FINISHED. Both may find it: one
   *   compare-and-set decides.
   *   RACE 4: an entry that comes with the end or after it is not taken in, and not handed on.
   * What fails when the server is told, ends the channel: the server gives to others what it was not told of, and each verb says GONE.
   *
   * `this` guards what is outstanding and the places; under it only frames are written and answers noted.
   *
   * Places: a consumer's credit cannot be changed, and a new consumer gets its own. So after a pause with u of n unsettled the next consumer
   * has n - u places. A delivery of the consumers before is `carried`; its place is closed, and counted when it is settled. Further
   * consumers open closed places, when there are more of them than of those that are still held.
   */
  private static final long SOON_NANOS = 1_000_000;
  private static final long LATEST_NANOS = 5_000_000;

  /** How far an entry is. */
  enum Step {
    /** Takes a verb. */
    UNSETTLED,
    /** Has a verb, whose copy may be on its way; back to UNSETTLED when that fails. */
    TAKEN,
    /** Is to be acknowledged. */
    FINISHED,
    /** Is to be rejected. */
    REFUSED,
    /** The server has been told, or the channel has ended. */
    SETTLED
  }

  /** One delivery, as far as its settling goes. */
  abstract static class Entry {
    private final Settler settler;
    private final long tag;
    private final AtomicReference<Step> step = new AtomicReference<>(Step.UNSETTLED);

    Entry(Settler settler, long tag) {
      this.settler = settler;
      this.tag = tag;
    }

    /** The server has been told. Called once, while a lock is held; or {@link #gone} is. */
    abstract void settled();

    /** The channel ended before the server was told. */
    abstract void gone();

    /** Takes it for a verb; false where it has one, or is settled, or its channel has ended. */
    final boolean take() {
      return !settler.isOver() && step.compareAndSet(Step.UNSETTLED, Step.TAKEN);
    }

    /** By who took it: it is to be acknowledged. */
    final void finish() {
      leaveWord(Step.FINISHED);
    }

    /** By who took it: it is to be rejected. */
    final void refuse() {
      leaveWord(Step.REFUSED);
    }

    private void leaveWord(Step wanted) {
      step.set(wanted);
      settler.ready();
      // Race 3.
      if (settler.isOver()) {
        lose();
      }
    }

    /** By who took it: it takes another verb. */
    final void putBack() {
      step.set(Step.UNSETTLED);
    }

    private boolean leave(Step from) {
      return step.compareAndSet(from, Step.SETTLED);
    }

    private void lose() {
      if (leave(Step.FINISHED) || leave(Step.REFUSED)) {
        gone();
      }
    }

    final boolean isOver() {
      return settler.isOver();
    }
  }

  /** What can be told the server. */
  interface Frames {
    void acknowledge(long tag, boolean multiple) throws IOException;

    void reject(long tag) throws IOException;
  }

  /** The thread that settles. */
  interface Caller {
    /** Has {@link Settler#settle} be called until it returns 0. */
    void call();

    /** Has it be called now, where it is waited for. */
    void hurry();
  }

  private final int prefetch;
  private final int batch;
  private final Frames frames;
  private final Caller caller;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean queued = new AtomicBoolean();
  private volatile boolean over;
  // By who settles.
  private long since;
  // Guarded by this.
  private final ArrayDeque<Entry> outstanding = new ArrayDeque<>();
  private int unsettled;
  private int holes;
  private long lastTag;
  private long firstTagOfConsumers = 1;
  private int carried;
  private int closedPlaces;

  Settler(int prefetch, Frames frames, Caller caller) {
    this.prefetch = prefetch;
    this.batch = Math.max(1, prefetch / 4);
    this.frames = frames;
    this.caller = caller;
  }

  /** Takes a delivery in; false when the channel has ended. */
  synchronized boolean add(Entry entry) {
    if (over) {
      return false;
    }
    outstanding.add(entry);
    lastTag = entry.tag;
    unsettled++;
    return true;
  }

  private void ready() {
    int now = waiting.incrementAndGet();
    if (queued.compareAndSet(false, true)) {
      caller.call();
    } else if (now == batch) {
      caller.hurry();
    }
  }

  /** The channel has ended: nothing can be settled on it any more. */
  void end() {
    over = true;
    synchronized (this) {
      outstanding.forEach(Entry::lose);
      outstanding.clear();
    }
  }

  boolean isOver() {
    return over;
  }

  // By the settler's thread.

  /**
   * Writes what is due, and returns after how many nanoseconds it wants to be called again; 0 when
   * nothing waits.
   */
  long settle(long now) throws IOException {
    if (over) {
      // It stays queued, so that no verb has it called again.
      return 0;
    }
    if (waiting.get() <= 0) {
      since = 0;
      queued.set(false);
      // Race 2.
      return waiting.get() > 0 && queued.compareAndSet(false, true) ? 1 : 0;
    }
    since = since == 0 ? now : since;
    long age = now - since;
    if (waiting.get() < batch && age < SOON_NANOS) {
      return SOON_NANOS - age;
    }
    boolean all = write(age);
    if (waiting.get() <= 0) {
      since = 0;
      return 1;
    }
    if (all) {
      // What waits has come since.
      since = now;
      return SOON_NANOS;
    }
    return Math.max(1, LATEST_NANOS - age);
  }

  /** Whether all that waited is written. */
  private synchronized boolean write(long age) throws IOException {
    writePrefix();
    int islands = waiting.get();
    boolean all = islands > 0 && (age >= LATEST_NANOS || islands >= Math.max(1, prefetch / 2));
    if (all) {
      writeIslands();
    }
    compact();
    return all;
  }

  /** Writes all that is finished or refused, due or not. By the loop that closes the channel. */
  synchronized void settleAll() throws IOException {
    if (!over) {
      writePrefix();
      writeIslands();
    }
  }

  private void writePrefix() throws IOException {
    int run = 0;
    long top = 0;
    for (Entry entry : outstanding) {
      Step step = entry.step.get();
      if (step == Step.FINISHED) {
        top = entry.tag;
      } else if (step != Step.SETTLED) {
        break;
      }
      run++;
    }
    if (top != 0) {
      frames.acknowledge(top, true);
    }
    for (int i = 0; i < run; i++) {
      Entry entry = outstanding.remove();
      if (entry.leave(Step.FINISHED)) {
        left(entry);
      } else {
        holes--;
      }
    }
  }

  private void writeIslands() throws IOException {
    for (Entry entry : outstanding) {
      Step step = entry.step.get();
      if (step == Step.FINISHED) {
        frames.acknowledge(entry.tag, false);
      } else if (step == Step.REFUSED) {
        frames.reject(entry.tag);
      } else {
        continue;
      }
      if (entry.leave(step)) {
        left(entry);
        holes++;
      }
    }
  }

  private void left(Entry entry) {
    waiting.decrementAndGet();
    unsettled--;
    if (entry.tag < firstTagOfConsumers) {
      carried--;
      closedPlaces++;
    }
    entry.settled();
  }

  private void compact() {
    if (holes > 2 * prefetch) {
      outstanding.removeIf(entry -> entry.step.get() == Step.SETTLED);
      holes = 0;
    }
  }

  /** The tag of the last delivery that came; 0 when none did. */
  synchronized long lastTag() {
    return lastTag;
  }

  /** Whether all that came is settled. */
  synchronized boolean isEmpty() {
    return unsettled == 0;
  }

  // Places, for who opens consumers.

  /** The places that the first of new consumers has; what is unsettled is carried from here on. */
  synchronized int openPlaces() {
    carried = unsettled;
    closedPlaces = 0;
    firstTagOfConsumers = lastTag + 1;
    return prefetch - unsettled;
  }

  /** Whether a further consumer is worth its while. */
  synchronized boolean wantsPlaces() {
    return closedPlaces > carried;
  }

  /** The places that a further consumer has. */
  synchronized int openClosedPlaces() {
    int places = closedPlaces;
    closedPlaces = 0;
    return places;
  }
}
