package dev.errand.broker.rabbit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes and names the threads of one broker, all daemons, and knows them again. */
final class Threads implements ThreadFactory {
  private static final AtomicInteger BROKERS = new AtomicInteger();

  private final String prefix = "errand-rabbit-" + BROKERS.incrementAndGet() + "-";
  private final AtomicInteger clients = new AtomicInteger();
  private final Set<Thread> ofClient = ConcurrentHashMap.newKeySet();

  String name(String role) {
    return prefix + role;
  }

  Thread create(String role, Runnable work) {
    Thread thread = new Thread(work, name(role));
    thread.setDaemon(true);
    return thread;
  }

  /** For the client library. */
  @Override
  public Thread newThread(Runnable work) {
    Thread thread = create("client-" + clients.incrementAndGet(), work);
    ofClient.removeIf(old -> old.getState() == Thread.State.TERMINATED);
    ofClient.add(thread);
    return thread;
  }

  /**
   * Waits for the client library's threads, which end soon after their connection, but not for the
   * caller's own.
   */
  void joinClient(Duration atMost) throws InterruptedException {
    for (Thread thread : ofClient) {
      if (thread != Thread.currentThread()) {
        thread.join(Math.max(1, atMost.toMillis()));
      }
    }
  }

  ForkJoinWorkerThread worker(ForkJoinPool pool) {
    ForkJoinWorkerThread thread = new Worker(pool);
    thread.setName(name("answer"));
    return thread;
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
