package dev.errand.guice;

import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The application's worker, and the broker that is opened for the application: from
 * {@link #start()} to {@link #close()}. Who only enqueues needs no start. Thread-safe.
 */
public final class Errand implements AutoCloseable {
  /*
   * Whoever starts it makes a worker outside `this`, as listeners hear of it meanwhile, and completes `starting` with it. Whoever closes it
   * forbids a start or waits for the one that has begun, stops the worker and closes the broker, each of which bears to be done by several
   * at once. Who must not wait, as others wait for him, leaves that to others: a handler or listener to the thread `close`, and a listener
   * that hears of the start to the one who starts.
   */
  private final Supplier<WorkerBuilder> workers;
  private final Broker own;
  private final Optional<Thread> hook;

  /** Guarded by this. Null when no start has begun; completed with nothing when it failed. */
  private @Nullable CompletableFuture<Optional<Worker>> starting;
  /** Guarded by this. Who is within a start. */
  private @Nullable Thread starter;
  /** Guarded by this. */
  private boolean closed;
  /** Guarded by this. Whether the thread `close` does the rest. */
  private boolean left;

  /**
   * Over workers that are made on its start, and the broker that it closes after them.
   *
   * @param own not opened before its first use
   */
  Errand(Supplier<WorkerBuilder> workers, Broker own, boolean stopOnShutdown) {
    this.workers = workers;
    this.own = own;
    hook =
        stopOnShutdown ? Optional.of(new Thread(this::close, "errand-shutdown")) : Optional.empty();
  }

  /**
   * Starts the worker, which runs the jobs of all tasks that have handlers. Returns at once; the
   * worker takes jobs as soon as the broker is there. Does nothing when it has been started.
   *
   * @throws IllegalStateException when no task has a handler, it is closed, or the JVM ends and it
   *     was to stop with it
   * @throws IllegalArgumentException when the broker is opened now, and nothing serves its address
   * @throws dev.errand.broker.UnavailableException when the broker is the application's, and closed
   */
  public void start() {
    CompletableFuture<Optional<Worker>> mine = new CompletableFuture<>();
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException(
            "Errand is closed and cannot be started again. Make another injector.");
      }
      if (starting != null) {
        return;
      }
      starting = mine;
      starter = Thread.currentThread();
    }
    Optional<Worker> started = Optional.empty();
    try {
      // First, so that a JVM that ends already gets no worker that nobody stops.
      hook.ifPresent(Runtime.getRuntime()::addShutdownHook);
      started = Optional.of(workers.get().start());
    } finally {
      if (begun(mine, started)) {
        close();
      }
    }
  }

  /** Ends a start; whether it was closed meanwhile. */
  private synchronized boolean begun(
      CompletableFuture<Optional<Worker>> mine, Optional<Worker> started) {
    starter = null;
    if (started.isEmpty()) {
      starting = null;
      removeHook();
    }
    mine.complete(started);
    return closed;
  }

  /**
   * Waits until the worker has stopped, by whomever; returns at once when it has, or when this was
   * closed before a start.
   *
   * @throws IllegalStateException when it has not been started; or when it has not stopped, and a
   *     handler or a listener calls, for which the stop itself would wait
   * @throws InterruptedException when the caller is interrupted; the worker goes on
   */
  public void awaitStop() throws InterruptedException {
    CompletableFuture<Optional<Worker>> begun;
    synchronized (this) {
      if (starting == null && closed) {
        return;
      }
      if (starting == null || starter == Thread.currentThread()) {
        throw new IllegalStateException(
            "Errand has not been started, so there is no stop to wait for. Call start() first.");
      }
      begun = starting;
    }
    Optional<Worker> started = begun.join();
    if (started.isPresent()) {
      started.get().awaitStop();
    }
  }

  /**
   * Stops the worker in order, as {@link Worker#stop()} does, then closes the broker, if it is the
   * one that was opened for the application; one that the application bound itself stays open.
   * Blocks until all is done, and through an interrupt, which it keeps; but when called by a
   * handler or a listener, it returns at once, and all is done nevertheless. Idempotent. Closed
   * before a start, it opens nothing, and cannot be started.
   */
  @Override
  public void close() {
    CompletableFuture<Optional<Worker>> begun;
    synchronized (this) {
      closed = true;
      if (starter == Thread.currentThread()) {
        return;
      }
      begun = starting;
    }
    Optional<Worker> started = begun == null ? Optional.empty() : begun.join();
    started.ifPresent(Worker::stop);
    if (started.isEmpty() || started.get().isStopped()) {
      own.close();
      removeHook();
    } else {
      leave(started.get());
    }
  }

  /** The rest of a close, once. */
  private synchronized void leave(Worker worker) {
    if (!left) {
      left = true;
      new Thread(this::close, "errand-" + worker.name() + "-close").start();
    }
  }

  private void removeHook() {
    try {
      hook.ifPresent(Runtime.getRuntime()::removeShutdownHook);
    } catch (IllegalStateException shuttingDown) {
      // It runs, or has run.
    }
  }
}
