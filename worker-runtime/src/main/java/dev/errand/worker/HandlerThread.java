package dev.errand.worker;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of the threads that run handlers, and the job that runs on it. */
final class HandlerThread {
  /*
   * Two threads meet here: the handler's, which begins and ends its job, and the one of a shutdown, which interrupts it or takes it away.
   * Who ends or takes the job away settles it, and only one of them does: both are steps under `this`. An interrupt is sent under it too,
   * so that it never hits the thread outside a job.
   */
  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable Bound running;
  private boolean interrupted;

  HandlerThread(String name, Consumer<HandlerThread> work) {
    thread = new Thread(
        () -> {
          try {
            work.accept(this);
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

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Done when the thread has nothing more to do. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  synchronized void begin(Bound bound) {
    running = bound;
    interrupted = false;
  }

  /** Ends the job on its own thread. */
  synchronized End end() {
    boolean mine = running != null;
    running = null;
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
