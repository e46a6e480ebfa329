package dev.errand.guice;

import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The application's worker, and the broker that is opened for the application: from
 * {@link #start()} to {@link #close()}. Who only enqueues needs no start. Thread-safe.
 */
public final class Errand implements AutoCloseable {
  /*
   * Whoever starts it makes a worker outside `this`, as listeners hear of it meanwhile, and completes `starting` with it or with its failure;
   * who starts it meanwhile waits for that. Whoever closes it forbids a start or waits for the one that has begun, stops the worker and closes the broker, each of which bears to be done by several
   * at once. Who must not wait, as others wait for him, leaves that to others: a handler or listener to the thread `close`, and a listener
   * that hears of the start to the one who starts.
   */
  private final Supplier<WorkerBuilder> workers;
  private final Broker own;
  private final Optional<Thread> hook;

  /** Guarded by this. Null when no start has begun, or the last one failed. */
  private @Nullable CompletableFuture<Worker> starting;
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
   * worker takes jobs as soon as the broker is there. Does nothing when it has been started. While
   * another thread starts it, waits for that, through an interrupt, which it keeps, and ends as
   * that does: it returns, or throws the same. After a failure it may be started again.
   *
   * @throws IllegalStateException when no task has a handler, it is closed, or the JVM ends and it
   *     was to stop with it
   * @throws dev.errand.config.ConfigurationException when the broker is opened now, and no address
   *     is configured
   * @throws IllegalArgumentException when the broker is opened now, and its backend refuses the
   *     address, such as for a file that is not there
   * @throws dev.errand.broker.UnavailableException when the broker is the application's, and closed
   */
  public void start() {
    CompletableFuture<Worker> mine = new CompletableFuture<>();
    CompletableFuture<Worker> others;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException(
            "Errand is closed and cannot be started again. Make another injector.");
      }
      if (starter == Thread.currentThread()) {
        // A listener that hears of the start: it cannot wait for it.
        return;
      }
      others = starting;
      if (others == null) {
        starting = mine;
        starter = Thread.currentThread();
      }
    }
    if (others == null) {
      start(mine);
    } else {
      share(others);
    }
  }

  private void start(CompletableFuture<Worker> mine) {
    try {
      addHook();
      Worker started = workers.get().start();
      end(() -> mine.complete(started));
    } catch (RuntimeException | Error failed) {
      removeHook();
      end(() -> {
        starting = null;
        mine.completeExceptionally(failed);
      });
      throw failed;
    } finally {
      if (isClosed()) {
        close();
      }
    }
  }

  private synchronized void end(Runnable outcome) {
    starter = null;
    outcome.run();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** The same exception, as it tells the same failure, and the trace of where it was. */
  private static void share(CompletableFuture<Worker> others) {
    try {
      others.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException same) {
        throw same;
      }
      if (failed.getCause() instanceof Error same) {
        throw same;
      }
      throw failed;
    }
  }

  /** The worker of a start, once that has ended; empty when there was none, or it failed. */
  private static Optional<Worker> outcome(@Nullable CompletableFuture<Worker> start) {
    return start == null
        ? Optional.empty()
        : start.handle((worker, failed) -> Optional.ofNullable(worker)).join();
  }

  /** First, so that a JVM that ends already gets no worker that nobody stops. */
  private void addHook() {
    try {
      hook.ifPresent(Runtime.getRuntime()::addShutdownHook);
    } catch (IllegalStateException shuttingDown) {
      throw new IllegalStateException(
          "Errand cannot be started while the JVM ends: it takes no jobs. Start it sooner.",
          shuttingDown);
    }
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
    CompletableFuture<Worker> begun;
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
    Optional<Worker> started = outcome(begun);
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
    CompletableFuture<Worker> begun;
    synchronized (this) {
      closed = true;
      if (starter == Thread.currentThread()) {
        return;
      }
      begun = starting;
    }
    Optional<Worker> started = outcome(begun);
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
