package dev.errand.worker;

import dev.errand.worker.decide.Whence;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hands what the intakes take to the threads that run handlers, in order; what comes from a lane
 * before all else.
 */
final class Dispatcher {
  /*
   * The broker's threads offer, the handlers' threads take, the sweep gives up threads and takes back what has waited too long, a shutdown
   * closes. The queues need no bound of their own: the prefetches bound them. A ticket is given for each offer, after it, and taken before one
   * is polled or taken back; so who has a ticket and finds nothing knows that all is over, as a close takes what waits and gives each thread
   * one more.
   * Once closed nothing begins: whoever holds a delivery then puts it into `leftovers`. Each side acts first and looks at `closed` after,
   * so that an offer that races with the close is either drained by it or removed by the offerer. A thread that took one from a queue
   * meanwhile is refused by its own lock, see HandlerThread. A pause hands back what waits under `this`, which a close takes too: after the
   * close no pause has any in its hands.
   *
   * What is aside waits for more than a thread, and is offered by whom it waits for; it is put there, offered, handed back and closed under
   * `this`, so that each of it is in one place at a time, and what was handed back or closed is not offered any more.
   *
   * Which threads there are changes under `this` too, and HandlerThread's lock is taken within it, never the other way round: a thread that is
   * given up ends either before, so that it had no job to leave behind, or after, so that it finds itself among the stuck ones. No thread is
   * made once it is closed, and a close misses none.
   */
  private final Queue<Taken> fromLanes = new ConcurrentLinkedQueue<>();
  private final Queue<Taken> fromQueues = new ConcurrentLinkedQueue<>();
  /** Guarded by this, but to look whether there is any. */
  private final Set<Taken> aside = ConcurrentHashMap.newKeySet();

  private final Semaphore tickets = new Semaphore(0);
  private final Queue<Taken> leftovers = new ConcurrentLinkedQueue<>();
  /** Those that take jobs. */
  private final List<HandlerThread> threads = new CopyOnWriteArrayList<>();
  /** Those given up whose handlers have not ended. */
  private final List<HandlerThread> stuck = new CopyOnWriteArrayList<>();

  private final String worker;
  private final int concurrency;
  private final Threads kind;
  private final BiConsumer<Taken, HandlerThread> work;
  /** Written under this. */
  private volatile boolean closed;
  /** Guarded by this. */
  private int made;

  Dispatcher(String worker, int concurrency, Threads kind, BiConsumer<Taken, HandlerThread> work) {
    this.worker = worker;
    this.concurrency = concurrency;
    this.kind = kind;
    this.work = work;
    // In one step, as a list that copies itself for each would copy much for ten thousand.
    threads.addAll(IntStream.range(0, concurrency).mapToObj(n -> make()).toList());
  }

  private synchronized HandlerThread make() {
    made++;
    return new HandlerThread(kind, "errand-" + worker + "-handler-" + made, this::takeAndWork);
  }

  void start() {
    threads.forEach(HandlerThread::start);
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

  /** Hands each that waits now, and is meant, to whoever gives it back, which must not wait. */
  synchronized void giveBack(Predicate<Taken> which, Consumer<Taken> taker) {
    if (!closed) {
      Stream.of(fromLanes, fromQueues)
          .flatMap(waiting -> waiting.stream().filter(which).filter(each -> take(waiting, each)))
          .forEach(taker);
      List<Taken> meant = aside.stream().filter(which).toList();
      meant.forEach(aside::remove);
      meant.forEach(taker);
    }
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

  /** From now on nothing begins, and each thread ends with its job. Idempotent. */
  synchronized void close() {
    closed = true;
    for (Taken next = poll(); next != null; next = poll()) {
      leftovers.add(next);
    }
    leftovers.addAll(aside);
    aside.clear();
    for (HandlerThread thread : threads) {
      Taken notBegun = thread.close();
      if (notBegun != null) {
        leftovers.add(notBegun);
      }
    }
    tickets.release(threads.size());
  }

  /** Takes what never began, each once. */
  List<Taken> leftovers() {
    List<Taken> all = new ArrayList<>();
    for (Taken next = leftovers.poll(); next != null; next = leftovers.poll()) {
      all.add(next);
    }
    return all;
  }

  /** Whether a delivery waits in hand. */
  boolean anyWaits() {
    return !fromLanes.isEmpty() || !fromQueues.isEmpty() || !aside.isEmpty();
  }

  /**
   * Gives up each thread whose job ignores that its time is over, and starts another in its place
   * as long as there are no more than twice as many threads as may run jobs. The caller settles the
   * jobs that they leave behind.
   */
  List<GivenUp> giveUp() {
    return threads.stream().flatMap(thread -> giveUp(thread).stream()).toList();
  }

  private Optional<GivenUp> giveUp(HandlerThread thread) {
    Optional<GivenUp> given = Optional.empty();
    synchronized (this) {
      RunningJob job = thread.giveUp();
      if (job != null) {
        threads.remove(thread);
        stuck.add(thread);
        given = Optional.of(new GivenUp(job, thread, fill()));
      }
    }
    given.ifPresent(one -> thread.release());
    return given;
  }

  /** Starts a thread where one is missing and there is room; false when there is none. */
  private synchronized boolean fill() {
    if (closed
        || threads.size() == concurrency
        || threads.size() + stuck.size() >= 2 * concurrency) {
      return false;
    }
    HandlerThread added = make();
    threads.add(added);
    added.start();
    return true;
  }

  /** A thread that was given up has come to its end, which makes room for another. */
  private synchronized void over(HandlerThread thread) {
    stuck.remove(thread);
    boolean unusedAdded = fill();
  }

  /**
   * A thread that was given up.
   *
   * @param job what it left behind, to be settled by who gave it up
   * @param replaced whether another runs jobs in its place
   */
  record GivenUp(RunningJob job, HandlerThread thread, boolean replaced) {}

  /** How many handlers can run now. */
  int slots() {
    return threads.size();
  }

  /** The jobs that run on in threads that were given up. */
  List<RunningJob> stuck() {
    return stuck.stream()
        .map(HandlerThread::leftBehind)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Whether the caller is one of the threads. */
  boolean runsHere() {
    return Stream.concat(threads.stream(), stuck.stream()).anyMatch(HandlerThread::isCurrent);
  }

  /** Those that take jobs; the list changes with them. */
  List<HandlerThread> threads() {
    return threads;
  }

  /** Done when every thread that was not given up has ended. */
  CompletableFuture<Void> ended() {
    return CompletableFuture.allOf(
        threads.stream().map(HandlerThread::released).toArray(CompletableFuture<?>[]::new));
  }

  private void takeAndWork(HandlerThread self) {
    for (Taken taken = take(); taken != null; taken = self.leftBehind() == null ? take() : null) {
      if (self.takeUp(taken)) {
        work.accept(taken, self);
        self.end();
      } else {
        leftovers.add(taken);
      }
    }
    if (self.leftBehind() != null) {
      over(self);
    }
  }

  /** The next; null when nothing comes any more. */
  private @Nullable Taken take() {
    // An interrupt that a handler left behind is no reason to end.
    tickets.acquireUninterruptibly();
    return poll();
  }

  private @Nullable Taken poll() {
    Taken next = fromLanes.poll();
    return next == null ? fromQueues.poll() : next;
  }
}
