package dev.errand.broker.rabbit;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes and names the threads of one broker, all daemons, and knows them again. */
final class Threads implements ThreadFactory {
  private static final AtomicInteger BROKERS = new AtomicInteger();

  private final String prefix = "errand-rabbit-" + BROKERS.incrementAndGet() + "-";
  private final AtomicInteger clients = new AtomicInteger();

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
    return create("client-" + clients.incrementAndGet(), work);
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
