package dev.errand.worker;

import static java.util.stream.Collectors.toUnmodifiableList;

import dev.errand.worker.decide.Whence;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Hands what the intakes take to the threads that run handlers, in order; what comes from a lane
 * before all else.
 */
final class Dispatcher {
  /*
   * The broker's threads offer, the handlers' threads take, a shutdown closes. The queues need no bound of their own: the prefetches bound
   * them. A ticket is given for each offer, after it, and taken before one is polled; so who has a ticket and finds nothing knows that all is
   * over, as a close takes what waits and gives each thread one more.
   * Once closed nothing begins: whoever holds a delivery then puts it into `leftovers`. Each side acts first and looks at `closed` after,
   * so that an offer that races with the close is either drained by it or removed by the offerer. A thread that took one from a queue
   * meanwhile is refused by its own lock, see HandlerThread. A pause hands back what waits under `this`, which a close takes too: after the
   * close no pause has any in its hands.
   */
  private final Queue<Taken> fromLanes = new ConcurrentLinkedQueue<>();
  private final Queue<Taken> fromQueues = new ConcurrentLinkedQueue<>();
  private final Semaphore tickets = new Semaphore(0);
  private final Queue<Taken> leftovers = new ConcurrentLinkedQueue<>();
  private final List<HandlerThread> threads;
  private final BiConsumer<Taken, HandlerThread> work;
  private volatile boolean closed;

  Dispatcher(String worker, int concurrency, BiConsumer<Taken, HandlerThread> work) {
    this.work = work;
    threads = IntStream.rangeClosed(1, concurrency)
        .mapToObj(n -> new HandlerThread("errand-" + worker + "-handler-" + n, this::takeAndWork))
        .collect(toUnmodifiableList());
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

  /** Hands each that waits now to whoever gives it back, which must not wait. */
  synchronized void giveBack(Consumer<Taken> taker) {
    for (int left = closed ? 0 : tickets.availablePermits(); left > 0; left--) {
      Taken next = tickets.tryAcquire() ? poll() : null;
      if (next != null) {
        taker.accept(next);
      }
    }
  }

  /** From now on nothing begins, and each thread ends with its job. Idempotent. */
  synchronized void close() {
    closed = true;
    for (Taken next = poll(); next != null; next = poll()) {
      leftovers.add(next);
    }
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

  /** Whether the caller is one of the threads. */
  boolean runsHere() {
    return threads.stream().anyMatch(HandlerThread::isCurrent);
  }

  List<HandlerThread> threads() {
    return threads;
  }

  /** Done when every thread has ended. */
  CompletableFuture<Void> ended() {
    return CompletableFuture.allOf(
        threads.stream().map(HandlerThread::ended).toArray(CompletableFuture<?>[]::new));
  }

  private void takeAndWork(HandlerThread self) {
    for (Taken taken = take(); taken != null; taken = take()) {
      if (self.takeUp(taken)) {
        work.accept(taken, self);
        self.end();
      } else {
        leftovers.add(taken);
      }
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
