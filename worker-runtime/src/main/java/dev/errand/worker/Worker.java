package dev.errand.worker;

import dev.errand.broker.Broker;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Takes jobs from their queues and runs their handlers, from {@link WorkerBuilder#start()} until it
 * is stopped. It needs no connection to be started: it waits for its broker, and after each loss it
 * goes on by itself. The broker stays the caller's, to be closed after the worker. Thread-safe.
 */
public final class Worker implements AutoCloseable {
  /*
   * Whoever stops it first starts the thread that does it; all others wait for that thread's report. A caller that the stop itself waits
   * for (a handler, a listener) does not wait, or neither would end. Where the machine has no further thread, the first caller is that thread,
   * whoever it is: a handler then holds the stop up until its grace period is over. Where the start fails otherwise, as on a stack that is
   * full, its caller hears it, no stop has begun, and whoever calls next begins one.
   */
  private final Settings settings;
  private final Events events;
  private final Parts parts;
  private final CompletableFuture<StopReport> stopped = new CompletableFuture<>();
  private final Object beginning = new Object();
  private final Thread stopper;
  private final Thread hook;

  /** @param stops makes the threads of its stop */
  Worker(
      Broker broker, Settings settings, List<Handled<?>> handled, Events events, ThreadKind stops) {
    this.settings = settings;
    this.events = events;
    parts = Parts.of(broker, settings, handled, events, stops);
    stopper = stops.make("errand-" + settings.name() + "-stop", this::runStop);
    // A stop begun by a handler, whose thread is a daemon, is carried through nevertheless.
    stopper.setDaemon(false);
    hook = new Thread(this::stop, "errand-" + settings.name() + "-shutdown");
  }

  /** Begins a worker on this broker, which has to be open and stays the caller's to close. */
  public static WorkerBuilder on(Broker broker) {
    return new WorkerBuilder(broker);
  }

  void start() {
    declare();
    parts.lifecycle().to(State.RUNNING);
    List<String> queues = parts.openings().stream().map(Opening::queue).toList();
    try {
      parts.crew().start();
      events.tell(new WorkerEvent.Started(name(), Set.copyOf(queues), settings.concurrency()));
      graceTooLong().ifPresent(events::tell);
      // First, so that a JVM that ends already gets no worker that nobody stops.
      addHook();
      parts.openings().forEach(Opening::follow);
    } catch (RuntimeException | Error refused) {
      stop();
      throw refused;
    }
  }

  /** Where nobody said when it is killed, it is held against what containers do. */
  private Optional<WorkerEvent> graceTooLong() {
    return settings.killedAfter().isPresent() || settings.fitsInto(WorkerBuilder.USUAL_KILL_TIME)
        ? Optional.empty()
        : Optional.of(new WorkerEvent.GraceTooLong(
            name(), settings.gracePeriod(), settings.longestStop(), WorkerBuilder.USUAL_KILL_TIME));
  }

  /** Before it says that it takes jobs, as a broker that opens at its first use may fail to. */
  private void declare() {
    try {
      parts.openings().forEach(Opening::declare);
    } catch (RuntimeException | Error unopened) {
      parts.crew().close();
      throw unopened;
    }
  }

  /** What it is called in events, threads and dead letters. */
  public String name() {
    return settings.name();
  }

  /**
   * How it is now: whether it lives, whether jobs come from every queue, and why not. A queue that
   * is lost, refused or clogged shows at once; one that is silent, or a thread that does not go on,
   * within twice its {@linkplain WorkerBuilder#silence silence} and a minute. Never blocks, and
   * asks nobody; from any thread, also after the stop.
   */
  public Health health() {
    return parts.vitals().health();
  }

  /**
   * Takes no more jobs until {@link #resume()}; those that run go on, and those that have not begun
   * are given back, which costs them nothing. What it waits for at a retry is settled as ever. For
   * operators: a worker that is paused is not ready.
   *
   * <p>Returns at once; the future completes when the broker has confirmed it for every queue, and
   * what waits in hand is given back, or with a resume or stop meanwhile. From then on no job
   * begins but those whose payloads are being read. It completes on a thread of the broker's: what
   * depends on it must not block there, and a {@link #stop()} does. From any thread; idempotent;
   * does nothing after a stop.
   */
  public CompletableFuture<Void> pause() {
    return parts.pausing().pause();
  }

  /**
   * Takes jobs again after {@link #pause()}. Returns at once; {@link #health()} and
   * {@link WorkerEvent.Consuming} tell when they come. From any thread; idempotent; does nothing
   * after {@link #stop()}.
   */
  public void resume() {
    parts.pausing().resume();
  }

  /**
   * Stops in order: takes no more jobs; gives back at once what has not begun; lets running jobs
   * end within the grace period; interrupts the rest and gives them back, which costs them no
   * attempt; waits for the broker's answers, at most 30 seconds, and for the ends of its
   * subscriptions and threads, at most 15 seconds, both mostly milliseconds; then nothing of it
   * runs, but handlers that ignore their interrupt, which the report names.
   *
   * <p>Blocks until stopped, however often and from wherever it is called, and through an
   * interrupt, which it keeps; but when called by one of its handlers or its listener, it returns
   * at once, with a report that says so. Idempotent.
   */
  public StopReport stop() {
    beginStop();
    if (calledFromWithin()) {
      return stopped.getNow(
          StopReport.NOTHING.withFault("Called from within: the stop has begun."));
    }
    // Bounded by the stop's own deadlines; `join` keeps an interrupt for the caller.
    return stopped.join();
  }

  private void beginStop() {
    boolean alone = false;
    synchronized (beginning) {
      if (!parts.lifecycle().stopping() && stopper.getState() == Thread.State.NEW) {
        try {
          stopper.start();
        } catch (OutOfMemoryError noThread) {
          alone = true;
        }
        boolean unusedFirst = parts.lifecycle().tryTo(State.STOPPING);
      }
    }
    if (alone) {
      runStop();
    }
  }

  /** As {@link #stop()}; what did not finish stands in the log. */
  @Override
  public void close() {
    stop();
  }

  /** Whether it has stopped, so that nothing of it runs but what the report names. Never blocks. */
  public boolean isStopped() {
    return stopped.isDone();
  }

  /**
   * Waits until it has been stopped, by whomever; returns at once when it has.
   *
   * @throws IllegalStateException when it has not, and a handler or its listener calls, for which
   *     the stop itself would wait
   * @throws InterruptedException when the caller is interrupted; the worker goes on
   */
  public StopReport awaitStop() throws InterruptedException {
    if (!stopped.isDone() && calledFromWithin()) {
      throw new IllegalStateException("A handler or listener of worker '" + name()
          + "' cannot wait for its stop, which waits for it. Call stop(), which then returns at"
          + " once, or wait on a thread of your own.");
    }
    CountDownLatch over = new CountDownLatch(1);
    CompletableFuture<StopReport> unusedChain =
        stopped.whenComplete((report, error) -> over.countDown());
    over.await();
    return stopped.join();
  }

  /** Whether the stop waits for the calling thread. */
  private boolean calledFromWithin() {
    return parts.crew().runsHere() || events.tellingHere();
  }

  private void runStop() {
    StopReport report = StopReport.NOTHING;
    boolean unusedFirst = parts.lifecycle().tryTo(State.STOPPING);
    try {
      report = parts.shutdown().run(settings.gracePeriod());
      // Before the end is told, as a listener may then end the JVM, which would wait for the hook.
      removeHook();
      report = parts.shutdown().tell(report);
    } catch (Throwable fault) {
      report = report.withFault("The stop broke off: " + fault);
    } finally {
      // Those who wait must not wait for ever for a fault of ours.
      parts.lifecycle().to(State.STOPPED);
      stopped.complete(report);
    }
  }

  private void addHook() {
    if (!settings.stopOnShutdown()) {
      return;
    }
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      throw new IllegalStateException(
          "Worker '" + name()
              + "' cannot be started while the JVM ends: it takes no jobs. Start it sooner.",
          shuttingDown);
    }
  }

  private void removeHook() {
    if (!settings.stopOnShutdown()) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook itself waits for us.
    }
  }
}
