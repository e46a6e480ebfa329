package dev.errand.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Clears a worker's hands when it stops, and keeps account of it for the report. */
final class Clearing {
  /*
   * The stop's threads, one after the other; but one whose step is late may go on beside the next, and beside the report. So what is counted
   * is thread-safe, and each step takes what it works on from where nobody else gets it too.
   */
  private final Dispatcher dispatcher;
  private final Pipeline pipeline;
  private final Settling settling;
  private final Ticker ticker;
  private final AtomicInteger givenBack = new AtomicInteger();
  private final List<Bound> interrupted = new CopyOnWriteArrayList<>();
  private final List<Job> stillRunning = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();

  Clearing(Dispatcher dispatcher, Pipeline pipeline, Settling settling, Ticker ticker) {
    this.dispatcher = dispatcher;
    this.pipeline = pipeline;
    this.settling = settling;
    this.ticker = ticker;
  }

  /** From now on nothing begins. */
  void nothingBegins() {
    dispatcher.close();
  }

  /** Gives back what never began. */
  void giveBack() {
    for (Taken notBegun : dispatcher.backlog().leftovers()) {
      if (!notBegun.gone() && pipeline.giveBack(notBegun).isPresent()) {
        givenBack.incrementAndGet();
      }
    }
  }

  /** Done when no handler runs that was not given up, and nobody else gives anything back. */
  CompletableFuture<Void> ended() {
    return dispatcher.ended();
  }

  /** A channel that an interrupt closes may hold it up, and the thread's lock with it. */
  void interrupt() {
    for (HandlerThread thread : dispatcher.threads()) {
      try {
        RunningJob job = thread.interrupt();
        if (job != null) {
          interrupted.add(job.bound());
        }
      } catch (RuntimeException | Error ofAChannel) {
        // What it closes may throw, and the others are to be interrupted all the same.
        faults.add("The interrupt of thread '" + thread.name() + "' failed: " + ofAChannel);
      }
    }
  }

  /**
   * Takes the jobs away from handlers that go on, and gives them back. All are named first, as the
   * broker may hold up the verb of one.
   */
  void takeAway() {
    List<RunningJob> taken = new ArrayList<>();
    for (HandlerThread thread : dispatcher.threads()) {
      RunningJob job = thread.takeAway();
      if (job != null) {
        stillRunning.add(job.bound().job());
        if (isEndingTheProcess(thread.stack())) {
          faults.add("The handler of " + job.bound().job() + " called System.exit. Its job is left"
              + " to come back from a worker that was lost with it.");
        } else {
          taken.add(job);
        }
      } else if (!thread.released().isDone()) {
        faults.add("Thread '" + thread.name()
            + "' runs no job and has not ended: a listener, a codec or the broker blocks it; it"
            + " goes on until that returns.");
      }
    }
    taken.forEach(job -> pipeline.takenAway(job).forEach(settling.herald()::tell));
  }

  /**
   * Such a job takes down each worker that it meets, so that it is none that a stop interrupted.
   */
  static boolean isEndingTheProcess(StackTraceElement[] stack) {
    return Stream.of(stack)
        .anyMatch(frame -> frame.getClassName().equals("java.lang.Runtime")
            && frame.getMethodName().equals("exit"));
  }

  /** No sweep runs once it returns: what the last has given up is being settled then. */
  void endSweeps() {
    ticker.close();
  }

  /** Tries at once what the broker refused before. */
  void hurry() {
    settling.hurry();
  }

  /** Gives back what the broker still refuses, where that does no harm. */
  void giveBackRefused() {
    settling.giveBackRefused();
  }

  /** Done when all that is open now is answered. Never fails. */
  CompletableFuture<Void> answered() {
    return settling.answered();
  }

  /** What the broker has not answered now. */
  List<Job> unsettled() {
    return settling.unanswered();
  }

  /** What went wrong besides, in a sentence. */
  void fault(String sentence) {
    faults.add(sentence);
  }

  /** @param unsettled before what was consumed was closed, which ends all */
  StopReport report(List<Job> unsettled) {
    settling
        .refusedAndGivenBack()
        .forEach(job -> faults.add("What " + job
            + " is settled by was refused; it was given back instead, and runs again."));
    // What ignored its time-out long ago is settled already, and goes on too.
    List<Job> goOn = Stream.concat(
            stillRunning.stream(),
            dispatcher.stuck().stream().map(job -> job.bound().job()))
        .toList();
    return new StopReport(
        givenBack.get(),
        interrupted(bound -> !bound.atMostOnce()),
        interrupted(Bound::atMostOnce),
        goOn,
        unsettled,
        faults);
  }

  private List<Job> interrupted(Predicate<Bound> which) {
    return interrupted.stream().filter(which).map(Bound::job).toList();
  }
}
