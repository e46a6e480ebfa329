package dev.errand.worker;

import dev.errand.time.Time;
import dev.errand.worker.decide.Decider;
import dev.errand.worker.decide.Disposition;
import dev.errand.worker.decide.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The order of a job's steps: bind, run, decide, settle. Each is a value of the one before. */
final class Pipeline {
  /** Until memory may be there again. */
  static final Duration MEMORY = Duration.ofSeconds(1);

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
    steps(taken, thread).forEach(events::tell);
  }

  /** What there is to tell of it. */
  private List<WorkerEvent> steps(Taken taken, HandlerThread thread) {
    try {
      RunningJob job = calls.job(binder.bind(taken));
      if (!thread.begin(job)) {
        // A stop came while it was read, and gives it back.
        return List.of();
      }
      Outcome outcome = run(job, thread);
      return switch (thread.end()) {
        // The sweep or the shutdown has settled it already.
        case TAKEN_AWAY -> List.of();
        case TIMED_OUT -> settle(job, cutOff(job));
        case INTERRUPTED -> settle(job, withoutFailure(outcome));
        case UNDISTURBED -> settle(job, outcome);
      };
    } catch (Throwable fault) {
      // First the end: from now on nobody else settles it, unless somebody does already.
      return thread.end() == HandlerThread.End.TAKEN_AWAY ? told(fault) : reject(taken, fault);
    }
  }

  /** What a call had no memory or stack for, beyond its handler's, is a failure of its attempt. */
  private Outcome run(RunningJob job, HandlerThread thread) {
    try {
      return calls.run(job, thread);
    } catch (VirtualMachineError exhausted) {
      return new Outcome.Failed(exhausted);
    }
  }

  /** Settles a job whose handler does not end; what there is to tell. Never fails. */
  List<WorkerEvent> takenAway(RunningJob job) {
    return settle(job, cutOff(job));
  }

  /**
   * Gives back a delivery that never began. One that came back is settled and told as such, as a
   * release would wash that off. Never fails.
   *
   * @return which job was given back as it was; empty where it came back
   */
  Optional<Job> giveBack(Taken taken) {
    try {
      Optional<Outcome> cameBack = binder.cameBack(taken);
      if (cameBack.isPresent()) {
        tell(settle(binder.bind(taken), cameBack.get(), Duration.ZERO));
        return Optional.empty();
      }
      Job job = binder.jobOf(taken);
      settling.giveBack(job, taken);
      return Optional.of(job);
    } catch (Throwable fault) {
      tell(reject(taken, fault));
      return Optional.empty();
    }
  }

  private void tell(List<WorkerEvent> toTell) {
    toTell.forEach(settling.herald()::tell);
  }

  /** What ended it is its outcome, whatever the handler did or does then. */
  private static Outcome cutOff(RunningJob job) {
    return job.timedOut().<Outcome>map(Outcome.Failed::new).orElseGet(Outcome.Interrupted::new);
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

  private List<WorkerEvent> settle(RunningJob job, Outcome end) {
    return settle(job.bound(), end, job.took());
  }

  private List<WorkerEvent> settle(Bound bound, Outcome end, Duration took) {
    try {
      Outcome outcome = bound.meant(end);
      Disposition disposition =
          decider.decide(outcome, bound.historyAt(time.instant()), bound.policy());
      List<WorkerEvent> toTell = events.all(bound, outcome, disposition, took);
      // The last step, so that whatever fails before it may still reject the delivery.
      settling.settle(bound, disposition);
      return toTell;
    } catch (OutOfMemoryError passes) {
      // It says nothing of the job: what memory lacks for now is decided when there is some.
      settling.scheduler().after(MEMORY, () -> tell(settle(bound, end, took)));
      return List.of();
    } catch (Throwable fault) {
      return reject(bound.taken(), fault);
    }
  }

  /** A fault of ours, or of a policy, must cost neither the thread nor the job, nor any other. */
  private List<WorkerEvent> reject(Taken taken, Throwable fault) {
    settling.reject(binder.jobOf(taken), taken);
    return told(fault);
  }

  private List<WorkerEvent> told(Throwable fault) {
    return List.of(new WorkerEvent.Fault(
        events.worker(),
        "A job could not be worked on, it is dead-lettered as it is if it was not settled.",
        fault));
  }
}
