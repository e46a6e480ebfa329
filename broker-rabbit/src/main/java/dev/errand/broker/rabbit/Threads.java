package dev.errand.broker.rabbit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Makes and names the threads of one broker, all daemons, and knows them again. */
final class Threads implements ThreadFactory {
  private static final AtomicInteger BROKERS = new AtomicInteger();

  private final String prefix = "errand-rabbit-" + BROKERS.incrementAndGet() + "-";
  private final AtomicInteger clients = new AtomicInteger();
  private final Set<Thread> made = ConcurrentHashMap.newKeySet();

  String name(String role) {
    return prefix + role;
  }

  Thread create(String role, Runnable work) {
    Thread thread = new Thread(work, name(role));
    thread.setDaemon(true);
    remember(thread);
    return thread;
  }

  /** For the client library. */
  @Override
  public Thread newThread(Runnable work) {
    return create("client-" + clients.incrementAndGet(), work);
  }

  /** For a pool. */
  ForkJoinWorkerThread worker(ForkJoinPool pool) {
    ForkJoinWorkerThread thread = new Worker(pool);
    thread.setName(name("answer"));
    remember(thread);
    return thread;
  }

  private void remember(Thread thread) {
    made.removeIf(old -> old.getState() == Thread.State.TERMINATED);
    made.add(thread);
  }

  /**
   * Waits for all but a pool's, which end soon after the connections and executors they serve. Not
   * for one of them to call.
   */
  void joinServing(Duration atMost) throws InterruptedException {
    join(thread -> !(thread instanceof Worker), atMost);
  }

  /** Waits for the threads of a pool that has terminated: they end soon after it says so. */
  void joinWorkers(Duration atMost) throws InterruptedException {
    join(Worker.class::isInstance, atMost);
  }

  private void join(Predicate<Thread> which, Duration atMost) throws InterruptedException {
    for (Thread thread : made) {
      if (which.test(thread)) {
        thread.join(Math.max(1, atMost.toMillis()));
      }
    }
  }

  /** Waits for the end of a thread, and keeps an interrupt for later. */
  static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException kept) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the caller is one of them, and so must not wait for them. */
  boolean isOwn() {
    return Thread.currentThread().getName().startsWith(prefix);
  }

  private static final class Worker extends ForkJoinWorkerThread {
    Worker(ForkJoinPool pool) {
      super(pool);
    }
  }
}
