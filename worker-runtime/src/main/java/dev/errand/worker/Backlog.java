package dev.errand.worker;

import dev.errand.worker.decide.Whence;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is in hand and has not begun, in order; what comes from a lane before all else. Thread-safe.
 */
final class Backlog {
  /*
   * The broker's threads offer, the handlers' threads take, a pause and the sweep take back, a stop closes. The queues need no bound of their
   * own: the prefetches bound them. A ticket is given for each offer, after it, and taken before one is polled or taken back; so who has a
   * ticket has something to find, unless all is over, as a close takes what waits and gives each thread one more. Between a look into the one
   * queue and a look into the other, what is in the latter may be taken back by the ticket of what has just come to the former; who finds
   * nothing looks again.
   * Once closed nothing begins: whoever holds a delivery then puts it into `leftovers`. Each side acts first and looks at `closed` after,
   * so that an offer that races with the close is either drained by it or removed by the offerer.
   *
   * What is aside waits for more than a thread, and is offered by whom it waits for; it is put there, offered, taken back and closed under
   * `this`, so that each of it is in one place at a time, and what was taken back or closed is not offered any more.
   *
   * Nothing is called while `this` is held: the verb that gives a delivery back may deliver to another worker, or to us, on this thread. So
   * what was taken back is in its taker's hands for a moment, and a stop waits until it is not.
   */
  private final Queue<Taken> fromLanes;
  private final Queue<Taken> fromQueues = new ConcurrentLinkedQueue<>();
  /** Guarded by this, but to look whether there is any. */
  private final Set<Taken> aside = ConcurrentHashMap.newKeySet();

  private final Semaphore tickets = new Semaphore(0);
  private final Queue<Taken> leftovers = new ConcurrentLinkedQueue<>();
  /** Done when all who took something back have given it back. Guarded by this. */
  private CompletableFuture<Void> givenBack = CompletableFuture.completedFuture(null);

  /** Written under this. */
  private volatile boolean closed;

  Backlog() {
    this(new ConcurrentLinkedQueue<>());
  }

  /** @param fromLanes holds what comes from a lane; thread-safe */
  Backlog(Queue<Taken> fromLanes) {
    this.fromLanes = fromLanes;
  }

  /** Takes over a delivery. Never blocks. */
  void offer(Taken taken) {
    Queue<Taken> waiting = taken.whence() == Whence.QUEUE ? fromQueues : fromLanes;
    waiting.add(taken);
    tickets.release();
    if (closed && waiting.remove(taken)) {
      leftovers.add(taken);
    }
  }

  /** Takes over a delivery that is not to begin before it is offered from there. */
  synchronized void putAside(Taken taken) {
    (closed ? leftovers : aside).add(taken);
  }

  boolean isAside(Taken taken) {
    return aside.contains(taken);
  }

  /** Offers what is aside, in this form of it; does nothing where it is not there any more. */
  synchronized void offerFromAside(Taken taken, Taken form) {
    if (aside.remove(taken)) {
      offer(form);
    }
  }

  /** Whether anything waits. */
  boolean any() {
    return !fromLanes.isEmpty() || !fromQueues.isEmpty() || !aside.isEmpty();
  }

  /** The next, once it is there; null when nothing comes any more. */
  @Nullable
  Taken take() {
    // An interrupt that a handler left behind is no reason to end.
    tickets.acquireUninterruptibly();
    Taken next = poll();
    while (next == null && !closed) {
      next = poll();
    }
    return next;
  }

  /** What the next free thread takes; null where nothing waits. */
  @Nullable
  Taken next() {
    Taken next = fromLanes.peek();
    return next == null ? fromQueues.peek() : next;
  }

  private @Nullable Taken poll() {
    Taken next = fromLanes.poll();
    return next == null ? fromQueues.poll() : next;
  }

  /** Hands each that waits now, and is meant, to whoever gives it back; none once it is closed. */
  void giveBack(Predicate<Taken> which, Consumer<Taken> giver) {
    CompletableFuture<Void> given = new CompletableFuture<>();
    try {
      takeBack(which, given).forEach(giver);
    } finally {
      given.complete(null);
    }
  }

  private synchronized List<Taken> takeBack(Predicate<Taken> which, CompletableFuture<Void> given) {
    if (closed) {
      return List.of();
    }
    givenBack = CompletableFuture.allOf(givenBack, given);
    List<Taken> meant = new ArrayList<>();
    Stream.of(fromLanes, fromQueues)
        .flatMap(waiting -> waiting.stream().filter(which).filter(each -> take(waiting, each)))
        .forEach(meant::add);
    List<Taken> fromAside = aside.stream().filter(which).toList();
    fromAside.forEach(aside::remove);
    meant.addAll(fromAside);
    return meant;
  }

  /** As a thread takes one, but this one; false when none is free any more, or it is not there. */
  private boolean take(Queue<Taken> waiting, Taken wanted) {
    if (!tickets.tryAcquire()) {
      return false;
    }
    boolean there = waiting.remove(wanted);
    if (!there) {
      tickets.release();
    }
    return there;
  }

  /** Done when all that was taken back before is given back. */
  synchronized CompletableFuture<Void> givenBack() {
    return givenBack;
  }

  /** From now on nothing begins. Idempotent. */
  synchronized void close() {
    closed = true;
    for (Taken next = poll(); next != null; next = poll()) {
      leftovers.add(next);
    }
    leftovers.addAll(aside);
    aside.clear();
  }

  /** After the close: lets so many who wait for the next find that none comes. */
  void dismiss(int takers) {
    tickets.release(takers);
  }

  /** One that was taken, and did not begin. */
  void leave(Taken notBegun) {
    leftovers.add(notBegun);
  }

  /** Takes what never began, each once. */
  List<Taken> leftovers() {
    List<Taken> all = new ArrayList<>();
    for (Taken next = leftovers.poll(); next != null; next = leftovers.poll()) {
      all.add(next);
    }
    return all;
  }
}
