package dev.errand.worker;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the threads that run handlers, and the job that runs on it. */
final class HandlerThread {
  /*
   * Two threads meet here: the handler's, which takes up a delivery, begins and ends its job, and the one of a shutdown, which closes it,
   * interrupts it or takes it away. Who ends or takes the job away settles it, and only one of them does: all are steps under `this`. Between
   * taking up and beginning, a codec runs for as long as it likes; a close in that time gets the delivery, and the job does not begin.
   * An interrupt is sent under `this` too, so that it never hits the thread outside a job.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable Taken notBegun;
  private @Nullable Bound running;
  private boolean closed;
  private boolean interrupted;

  HandlerThread(String name, Consumer<HandlerThread> work) {
    thread = new Thread(
        () -> {
          try {
            work.accept(this);
          } catch (Throwable fault) {
            LOG.error(
                "Thread '{}' ends by a fault; the worker runs one job less at once.", name, fault);
          } finally {
            ended.complete(null);
          }
        },
        name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  String name() {
    return thread.getName();
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Done when the thread has nothing more to do. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Takes up a delivery, to begin its job; false when nothing begins any more. */
  synchronized boolean takeUp(Taken taken) {
    if (!closed) {
      notBegun = taken;
    }
    return !closed;
  }

  /** Begins the job of the delivery taken up; false when someone else gives it back. */
  synchronized boolean begin(Bound bound) {
    if (!closed) {
      notBegun = null;
      running = bound;
      interrupted = false;
    }
    return !closed;
  }

  /** Whether someone interrupts or has taken the job, so that it calls no handler again. */
  synchronized boolean disturbed() {
    return running == null || interrupted;
  }

  /** From now on nothing begins; the delivery whose job has not, null when there is none. */
  synchronized @Nullable Taken close() {
    closed = true;
    Taken left = notBegun;
    notBegun = null;
    return left;
  }

  /** Ends the job on its own thread. Idempotent. */
  synchronized End end() {
    boolean mine = running != null;
    running = null;
    notBegun = null;
    // Ours, or one that the handler left behind: neither may reach the next job.
    Thread.interrupted();
    return mine ? interrupted ? End.INTERRUPTED : End.UNDISTURBED : End.TAKEN_AWAY;
  }

  /** Interrupts the job; null when none runs. */
  synchronized @Nullable Bound interrupt() {
    if (running != null) {
      interrupted = true;
      thread.interrupt();
    }
    return running;
  }

  /** Takes the job away from a handler that does not end; null when none runs. */
  synchronized @Nullable Bound takeAway() {
    Bound taken = running;
    running = null;
    return taken;
  }

  /** How a job left its thread. */
  enum End {
    UNDISTURBED,
    INTERRUPTED,
    /** Someone else settles it. */
    TAKEN_AWAY
  }
}
