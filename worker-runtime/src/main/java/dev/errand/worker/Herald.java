package dev.errand.worker;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what the broker's threads report, on a thread of its own: a listener is user code, which a
 * receiver must not run.
 */
final class Herald {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final Events events;
  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final Time time;
  /** Its own thread only. */
  private boolean ending;

  private volatile boolean busy;
  private volatile long busySince;

  Herald(Events events, Time time) {
    this.events = events;
    this.time = time;
    thread = new Thread(this::tellAll, "errand-" + events.worker() + "-events");
    thread.setDaemon(true);
  }

  /** Throws what the JVM throws that has no further thread; a stop then waits for none. */
  void start() {
    try {
      thread.start();
    } catch (Throwable refused) {
      ended.complete(null);
      throw refused;
    }
  }

  /** The thread's name. */
  String thread() {
    return thread.getName();
  }

  /** Whose events these are. */
  String worker() {
    return events.worker();
  }

  /** Tells it soon, in the order of the calls. Never blocks. */
  void tell(WorkerEvent event) {
    run(() -> events.tell(event));
  }

  /** Runs it on its thread, when all before is told. Never blocks. */
  void run(Runnable turn) {
    waiting.add(turn);
  }

  /** For a report that can be told to no listener, as one of them does not return. */
  void log(StopReport untold) {
    events.log(untold);
  }

  /** The thread ends when all before is told; what comes later is not told any more. */
  void end() {
    run(() -> ending = true);
  }

  /** Done when the thread has nothing more to do. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  private void tellAll() {
    try {
      while (!ending) {
        turn(take());
      }
    } catch (Throwable fault) {
      LoggingListener.withStack(
          fault,
          error ->
              LOG.error("Worker '{}' tells no more of its broker, by a fault.", worker(), error));
    } finally {
      ended.complete(null);
    }
  }

  private void turn(Runnable next) {
    busySince = time.nanoTime();
    busy = true;
    try {
      next.run();
    } catch (Throwable fault) {
      // Of one turn: what waits behind it is told all the same.
      LoggingListener.withStack(
          fault, error -> LOG.error("Worker '{}' could not tell one event.", worker(), error));
    } finally {
      busy = false;
    }
  }

  /** For how long it tells one thing; zero where it waits. However much waits for it counts not. */
  Duration turnLasts(long now) {
    return busy ? Duration.ofNanos(now - busySince) : Duration.ZERO;
  }

  private Runnable take() {
    while (true) {
      try {
        return waiting.take();
      } catch (InterruptedException stray) {
        // A listener's own doing, left behind: this thread ends by its queue alone.
      }
    }
  }
}
