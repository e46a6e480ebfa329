package dev.errand.worker;

import dev.errand.time.Time;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Hands what waits to the threads that run handlers, and knows these. */
final class Dispatcher {
  /*
   * The handlers' threads take, the sweep gives up threads, a shutdown closes. A thread that took one from the backlog as it was closed is
   * refused by its own lock, see HandlerThread, and leaves it.
   *
   * Which threads there are changes under `this`; HandlerThread's lock, and the backlog's, are taken within it, never the other way round: a
   * thread that is given up ends either before, so that it had no job to leave behind, or after, so that it finds itself among the stuck ones.
   * No thread is made once it is closed, and a close misses none.
   */
  private final Backlog backlog = new Backlog();
  /** Those that take jobs. */
  private final List<HandlerThread> threads = new CopyOnWriteArrayList<>();
  /** Those given up whose handlers have not ended. */
  private final List<HandlerThread> stuck = new CopyOnWriteArrayList<>();

  private final String worker;
  private final int concurrency;
  private final ThreadKind kind;
  private final Time time;
  private final BiConsumer<Taken, HandlerThread> work;
  /** Guarded by this. */
  private boolean closed;

  /** Guarded by this. */
  private int made;
  /** Written under this. */
  private volatile @Nullable Throwable refusal;

  Dispatcher(
      String worker,
      int concurrency,
      ThreadKind kind,
      Time time,
      BiConsumer<Taken, HandlerThread> work) {
    this.worker = worker;
    this.concurrency = concurrency;
    this.kind = kind;
    this.time = time;
    this.work = work;
    // In one step, as a list that copies itself for each would copy much for ten thousand.
    threads.addAll(IntStream.range(0, concurrency).mapToObj(n -> make()).toList());
  }

  private synchronized HandlerThread make() {
    made++;
    return new HandlerThread(
        kind, "errand-" + worker + "-handler-" + made, time, this::takeAndWork);
  }

  /** Throws what the JVM throws that has no further thread; those that had started end then. */
  void start() {
    try {
      threads.forEach(HandlerThread::start);
    } catch (Throwable refused) {
      close();
      // None has begun anything, so that a stop has to wait for none.
      threads.forEach(HandlerThread::release);
      throw refused;
    }
  }

  /** What waits for them. */
  Backlog backlog() {
    return backlog;
  }

  /** From now on nothing begins, and each thread ends with its job. Idempotent. */
  synchronized void close() {
    closed = true;
    backlog.close();
    // First, so that a thread whose lock is held up, see Clearing, keeps no other from its end.
    backlog.dismiss(threads.size());
    for (HandlerThread thread : threads) {
      Taken notBegun = thread.close();
      if (notBegun != null) {
        backlog.leave(notBegun);
      }
    }
  }

  /**
   * Gives up each thread whose job ignores that its time is over, and starts another in its place
   * as long as there are no more than twice as many threads as may run jobs.
   *
   * @param settler settles the job that one leaves behind; called for each before the next is given
   *     up, which a fault may prevent
   */
  void giveUp(Consumer<GivenUp> settler) {
    threads.forEach(thread -> giveUp(thread).ifPresent(settler));
  }

  private Optional<GivenUp> giveUp(HandlerThread thread) {
    Optional<GivenUp> given = Optional.empty();
    synchronized (this) {
      RunningJob job = thread.giveUp();
      if (job != null) {
        threads.remove(thread);
        stuck.add(thread);
        given = Optional.of(new GivenUp(job, thread, fill() || closed));
      }
    }
    given.ifPresent(one -> thread.release());
    return given;
  }

  /**
   * Makes and starts a thread where one is missing and there is room; false when there is none, or
   * the JVM has no further thread.
   */
  private synchronized boolean fill() {
    if (!lacks()) {
      return false;
    }
    HandlerThread added;
    try {
      added = make();
      added.start();
    } catch (Throwable refused) {
      // Mostly that the machine is out of threads or memory, which passes: the next look tries it
      // again.
      refusal = refused;
      return false;
    }
    refusal = null;
    threads.add(added);
    return true;
  }

  private synchronized boolean lacks() {
    return !closed
        && threads.size() < concurrency
        && threads.size() + stuck.size() < 2 * concurrency;
  }

  /**
   * Starts what could not be started before; whether it has to be called again, as one is missing
   * or will be.
   */
  synchronized boolean refill() {
    boolean more = true;
    while (more) {
      more = fill();
    }
    return lacks() || !stuck.isEmpty();
  }

  /** Why no thread could be started the last time; empty where one could. */
  Optional<Throwable> refusal() {
    return Optional.ofNullable(refusal);
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
   * @param replaced whether another runs jobs in its place, or none is to, as nothing begins
   */
  record GivenUp(RunningJob job, HandlerThread thread, boolean replaced) {}

  /** How many handlers can run now. */
  int slots() {
    return threads.size();
  }

  /** How many are to run at once. */
  int concurrency() {
    return concurrency;
  }

  /**
   * How many handlers less than that can run, as threads were given up and cannot be replaced; none
   * where one is just being replaced.
   */
  int missing() {
    boolean irreplaceable = stuck.size() > concurrency || refusal != null;
    return irreplaceable ? concurrency - threads.size() : 0;
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

  /** Whether one of them waits for the next job. */
  boolean hasFreeThread() {
    return threads.stream().anyMatch(thread -> thread.doing().isEmpty());
  }

  /** Those that take jobs; the list changes with them. */
  List<HandlerThread> threads() {
    return threads;
  }

  /**
   * Done when every thread that was not given up has ended, and all is given back that somebody
   * took back before the close.
   */
  CompletableFuture<Void> ended() {
    CompletableFuture<Void> released = CompletableFuture.allOf(
        threads.stream().map(HandlerThread::released).toArray(CompletableFuture<?>[]::new));
    return CompletableFuture.allOf(released, backlog.givenBack());
  }

  private void takeAndWork(HandlerThread self) {
    Taken taken = backlog.take();
    while (taken != null) {
      if (self.takeUp(taken)) {
        work.accept(taken, self);
        self.rest();
      } else {
        backlog.leave(taken);
      }
      taken = self.leftBehind() == null ? backlog.take() : null;
    }
    if (self.leftBehind() != null) {
      over(self);
    }
  }
}
