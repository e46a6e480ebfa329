package dev.errand.worker;

import dev.errand.time.Time;
import dev.errand.worker.decide.Decider;
import dev.errand.worker.decide.Disposition;
import dev.errand.worker.decide.Outcome;
import java.time.Duration;

/** The order of a job's steps: bind, run, decide, settle. Each is a value of the one before. */
final class Pipeline {
  private final Binder binder;
  private final Calls calls;
  private final Decider decider;
  private final Settling settling;
  private final Events events;
  private final Time time;

  Pipeline(
      Binder binder, Calls calls, Decider decider, Settling settling, Events events, Time time) {
    this.binder = binder;
    this.calls = calls;
    this.decider = decider;
    this.settling = settling;
    this.events = events;
    this.time = time;
  }

  /** Takes one delivery to its end, on a handler's thread. */
  void process(Taken taken, HandlerThread thread) {
    if (taken.gone()) {
      return;
    }
    try {
      steps(taken, thread);
    } catch (RuntimeException | Error fault) {
      // A fault of ours must cost neither the thread nor the job.
      settling.reject(binder.jobOf(taken), taken);
      events.tell(new WorkerEvent.Fault(
          events.worker(), "A job could not be worked on, it is dead-lettered as it is.", fault));
    } finally {
      taken.ended();
    }
  }

  private void steps(Taken taken, HandlerThread thread) {
    long begun = time.nanoTime();
    Bound bound = binder.bind(taken);
    if (!thread.begin(bound)) {
      // A stop came while it was read, and gives it back.
      return;
    }
    Outcome outcome = calls.run(bound, thread);
    switch (thread.end()) {
      case TAKEN_AWAY -> {
        // The shutdown has settled it already.
      }
      case INTERRUPTED -> settle(bound, withoutFailure(outcome), begun);
      case UNDISTURBED -> settle(bound, outcome, begun);
    }
  }

  /** Settles a job whose handler does not end. */
  void takenAway(Bound bound) {
    settle(bound, new Outcome.Interrupted(), time.nanoTime());
  }

  /** Gives back a delivery that never began. */
  void giveBack(Taken taken) {
    taken.ended();
    settling.giveBack(binder.jobOf(taken), taken);
  }

  /**
   * A shutdown costs no attempt: whatever its interrupt made a handler throw is no failure. What a
   * handler gives up for a cause may be that too.
   */
  private static Outcome withoutFailure(Outcome outcome) {
    boolean itsDoing = outcome instanceof Outcome.GaveUp gaveUp
        ? gaveUp.cause() != null
        : outcome instanceof Outcome.Failed;
    return itsDoing ? new Outcome.Interrupted() : outcome;
  }

  private void settle(Bound bound, Outcome end, long begun) {
    Outcome outcome = bound.meant(end);
    Disposition disposition =
        decider.decide(outcome, bound.historyAt(time.instant()), bound.policy());
    settling.settle(bound, disposition);
    events.tell(events.of(bound, outcome, disposition, Duration.ofNanos(time.nanoTime() - begun)));
  }
}
