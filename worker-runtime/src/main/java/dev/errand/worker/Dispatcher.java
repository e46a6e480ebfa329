package dev.errand.worker;

import static java.util.stream.Collectors.toUnmodifiableList;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** Hands what the intakes take to the threads that run handlers: one queue, in order. */
final class Dispatcher {
  /*
   * The broker's threads offer, the handlers' threads take, a shutdown closes. The queue needs no bound of its own: the prefetches bound it.
   * Once closed nothing begins: whoever holds a delivery then puts it into `leftovers`. Each side acts first and looks at `closed` after,
   * so that an offer that races with the close is either drained by it or removed by the offerer. A thread that took one from the queue
   * meanwhile is refused by its own lock, see HandlerThread.
   */
  private final BlockingQueue<Handover> waiting = new LinkedBlockingQueue<>();
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
    waiting.add(taken);
    if (closed && waiting.remove(taken)) {
      leftovers.add(taken);
    }
  }

  /** From now on nothing begins, and each thread ends with its job. Idempotent. */
  void close() {
    closed = true;
    List<Handover> undone = new ArrayList<>();
    waiting.drainTo(undone);
    for (Handover each : undone) {
      if (each instanceof Taken taken) {
        leftovers.add(taken);
      }
    }
    for (HandlerThread thread : threads) {
      Taken notBegun = thread.close();
      if (notBegun != null) {
        leftovers.add(notBegun);
      }
      waiting.add(Handover.End.END);
    }
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
    while (take() instanceof Taken taken) {
      if (self.takeUp(taken)) {
        work.accept(taken, self);
        self.end();
      } else {
        leftovers.add(taken);
      }
    }
  }

  private Handover take() {
    while (true) {
      try {
        return waiting.take();
      } catch (InterruptedException stray) {
        // A handler's own doing, left behind: a thread of ours ends by its queue alone.
      }
    }
  }
}
