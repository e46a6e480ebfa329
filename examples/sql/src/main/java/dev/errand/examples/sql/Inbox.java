package dev.errand.examples.sql;

import dev.errand.broker.BrokerException;
import dev.errand.broker.UnavailableException;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** What callers asked for and have no answer to: in order, and each is answered once. */
final class Inbox {
  /*
   * Callers' threads add, the engine's takes and answers, the scheduler's answers what is late. `lock` guards all below it. Futures are
   * completed on `answers`, each in a task of its own: what depends on one may wait for another, and then the pool starts a spare thread.
   */
  private static final int WINDOW = 1_000;
  private static final int MOST_AT_A_TIME = 100;
  private static final int MOST_BLOCKED = 1_000;

  private final Time time;
  private final Scheduler scheduler;
  private final Duration timeout;
  private final Runnable bell;
  private final ForkJoinPool answers;

  private final Object lock = new Object();
  private final Deque<Work<?>> waiting = new ArrayDeque<>();
  private final Map<Work<?>, Long> timed = new LinkedHashMap<>();
  private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
  private boolean closed;

  /**
   * An empty one.
   *
   * @param timeout when a timed work is late
   * @param bell rung when there is something to take
   * @param threads in front of the names of its threads
   */
  Inbox(Time time, Scheduler scheduler, Duration timeout, Runnable bell, String threads) {
    this.time = time;
    this.scheduler = scheduler;
    this.timeout = timeout;
    this.bell = bell;
    answers = pool(threads + "-answer");
  }

  // @start region="pool"
  /** One thread, and a spare one for each that waits for a future in what it runs. */
  private static ForkJoinPool pool(String name) {
    return new ForkJoinPool(
        1,
        pool -> worker(pool, name),
        null,
        true,
        1,
        MOST_BLOCKED,
        1,
        saturated -> true,
        5,
        TimeUnit.SECONDS);
  }

  private static ForkJoinWorkerThread worker(ForkJoinPool pool, String name) {
    ForkJoinWorkerThread worker = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
    worker.setName(name);
    return worker;
  }
  // @end

  /** Takes it, to be done with the next round or the next connection; fails it once closed. */
  void add(Work<?> work) {
    synchronized (lock) {
      if (!closed) {
        addLast(work);
        return;
      }
    }
    drop(work);
  }

  /** As {@link #add}, and late when it is not answered within the publish time-out. */
  void addTimed(Work<?> work) {
    synchronized (lock) {
      if (timed.isEmpty()) {
        scheduler.after(timeout, this::sweep);
      }
      timed.put(work, time.nanoTime());
      if (timed.size() >= WINDOW && room.isDone()) {
        room = new CompletableFuture<>();
      }
    }
    add(work);
  }

  /** As {@link #add}, by the engine itself, also while it closes. */
  void addLast(Work<?> work) {
    synchronized (lock) {
      waiting.add(work);
    }
    bell.run();
  }

  /** Done when one more has room among the timed. */
  CompletableFuture<Void> room() {
    synchronized (lock) {
      return room;
    }
  }

  /** The next of them, so many as share a transaction. */
  List<Work<?>> take() {
    List<Work<?>> taken = new ArrayList<>();
    synchronized (lock) {
      while (!waiting.isEmpty() && taken.size() < MOST_AT_A_TIME) {
        Work<?> next = waiting.remove();
        if (!next.isAnswered()) {
          taken.add(next);
        }
      }
    }
    return taken;
  }

  /** Loses these, and all that waits, with the connection; what can wait for the next one does. */
  void lose(List<Work<?>> inHand) {
    List<Work<?>> open = new ArrayList<>(inHand);
    synchronized (lock) {
      open.addAll(waiting);
      waiting.clear();
    }
    open.removeIf(Work::isAnswered);
    for (Work<?> work : open) {
      BrokerException lost = work.lost();
      if (lost == null) {
        addLast(work);
      } else {
        fail(work, lost);
      }
    }
  }

  void succeed(Work<?> work) {
    work.succeeded();
    answer(work, work::complete);
  }

  void fail(Work<?> work, BrokerException why) {
    work.failed(why);
    answer(work, () -> work.fail(why));
  }

  private void drop(Work<?> work) {
    BrokerException lost = work.lost();
    fail(work, lost == null ? closedException() : lost);
  }

  private void sweep() {
    List<Work<?>> late = new ArrayList<>();
    synchronized (lock) {
      long now = time.nanoTime();
      timed.forEach((work, since) -> {
        if (now - since >= timeout.toNanos()) {
          late.add(work);
        }
      });
      late.forEach(timed::remove);
      timed.values().stream()
          .findFirst()
          .ifPresent(oldest -> scheduler.after(timeout.minusNanos(now - oldest), this::sweep));
    }
    late.forEach(work -> answer(work, () -> work.fail(work.late())));
  }

  private void answer(Work<?> work, Runnable telling) {
    if (work.answersFirst()) {
      synchronized (lock) {
        timed.remove(work);
        if (timed.size() < WINDOW) {
          room.complete(null);
        }
      }
      tell(telling);
    }
  }

  /** Runs what completes a caller's future, and so whatever depends on it. */
  void tell(Runnable telling) {
    try {
      answers.execute(telling);
    } catch (RejectedExecutionException over) {
      telling.run();
    }
  }

  static UnavailableException closedException() {
    return new UnavailableException("The broker is closed. Open another one.", null);
  }

  /** Takes nothing more from callers. */
  void close() {
    synchronized (lock) {
      closed = true;
    }
  }

  /** Fails what is left. */
  void end() {
    List<Work<?>> left;
    synchronized (lock) {
      left = List.copyOf(waiting);
      waiting.clear();
    }
    left.forEach(this::drop);
    answers.shutdown();
  }
}
