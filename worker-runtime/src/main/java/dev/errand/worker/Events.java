package dev.errand.worker;

import dev.errand.worker.decide.Counters;
import dev.errand.worker.decide.Disposition;
import dev.errand.worker.decide.Failure;
import dev.errand.worker.decide.Outcome;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one worker's events to its log and its listener. What a listener throws ends here. */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /**
   * A listener that stops the worker must not wait for a stop that waits for the listener's thread.
   */
  private final ThreadLocal<Boolean> telling = ThreadLocal.withInitial(() -> false);

  private final String worker;
  private final WorkerListener listener;

  Events(String worker, WorkerListener listener) {
    this.worker = worker;
    this.listener = listener;
  }

  String worker() {
    return worker;
  }

  /** What a job's end is to those who listen, in order. */
  List<WorkerEvent> all(Bound bound, Outcome outcome, Disposition disposition, Duration took) {
    WorkerEvent first = of(bound, outcome, disposition, took);
    int interruptions = bound.counters().interrupted().interruptions();
    return first instanceof WorkerEvent.Interrupted
            && interruptions >= WorkerEvent.MANY_INTERRUPTIONS
        ? List.of(first, new WorkerEvent.NeverEnds(worker, bound.job(), interruptions))
        : List.of(first);
  }

  /** What a job's end is to those who listen. */
  WorkerEvent of(Bound bound, Outcome outcome, Disposition disposition, Duration took) {
    Job job = bound.job();
    if (disposition instanceof Disposition.Dead dead) {
      Failure failure = dead.failure();
      return new WorkerEvent.DeadLettered(
          worker, job, failure.text(), failure.error(), remedy(outcome));
    } else if (disposition instanceof Disposition.Again again) {
      return again(job, outcome, again);
    } else if (disposition instanceof Disposition.Aside aside) {
      return outcome instanceof Outcome.StillRuns
          ? new WorkerEvent.StillRuns(worker, job, aside.delay())
          : new WorkerEvent.PutAside(worker, job, aside.delay());
    } else if (disposition instanceof Disposition.Waits waits) {
      return new WorkerEvent.Waiting(worker, job, waits.reason(), waits.delay());
    } else if (disposition instanceof Disposition.Returned back) {
      return returned(bound, outcome, back.counters());
    } else if (disposition instanceof Disposition.Ack) {
      return done(job, outcome, took);
    }
    throw new AssertionError(disposition);
  }

  private static String remedy(Outcome outcome) {
    if (outcome instanceof Outcome.MayHaveRun) {
      return "Look whether it was done: redrive it if not, else discard it, as docs/guides/delays-and-retries.md says.";
    } else if (outcome instanceof Outcome.GaveUp) {
      return "Its handler has decided so: discard it, or redrive it where that is no longer so, as docs/guides/delays-and-retries.md says.";
    }
    return "Mend the cause, and send it again as docs/guides/delays-and-retries.md says.";
  }

  private WorkerEvent again(Job job, Outcome outcome, Disposition.Again again) {
    if (outcome instanceof Outcome.Deferred deferred) {
      return new WorkerEvent.Deferred(worker, job, deferred.reason(), again.delay());
    }
    Failure failure = again.failure();
    if (failure != null && outcome instanceof Outcome.Failed failed) {
      return new WorkerEvent.Retrying(worker, job, failure.text(), failed.error(), again.delay());
    }
    throw new AssertionError(outcome);
  }

  private WorkerEvent returned(Bound bound, Outcome outcome, Counters counters) {
    if (!(outcome instanceof Outcome.CameBack)) {
      return new WorkerEvent.Interrupted(worker, bound.job());
    }
    return counters.crashes() > bound.counters().crashes()
        ? new WorkerEvent.Suspected(worker, bound.job(), counters.crashes())
        : new WorkerEvent.CameBack(worker, bound.job(), counters.returns());
  }

  private WorkerEvent done(Job job, Outcome outcome, Duration took) {
    if (outcome instanceof Outcome.Discarded discarded) {
      return new WorkerEvent.Discarded(worker, job, discarded.reason());
    } else if (outcome instanceof Outcome.Expired expired) {
      return new WorkerEvent.Expired(worker, job, expired.at());
    } else if (outcome instanceof Outcome.Done) {
      return new WorkerEvent.Succeeded(worker, job, took);
    }
    throw new AssertionError(outcome);
  }

  /** Whether the caller is a listener, on whatever thread. */
  boolean tellingHere() {
    return telling.get();
  }

  void log(StopReport untold) {
    LOG.warn("Worker '{}' has stopped, but a listener has not returned: {}", worker, untold);
  }

  void tell(WorkerEvent event) {
    boolean within = telling.get();
    telling.set(true);
    try {
      listener.on(event);
    } catch (Throwable thrown) {
      // A listener is user code: it must not cost a job, a thread or a shutdown.
      LoggingListener.withStack(
          thrown,
          error -> LOG.warn(
              "Worker '{}': a listener threw at {}; the work goes on.", worker, event, error));
    } finally {
      telling.set(within);
    }
  }
}
