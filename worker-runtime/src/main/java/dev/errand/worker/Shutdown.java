package dev.errand.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Ends a worker's parts in order. Used once, on a thread of its own. */
final class Shutdown {
  /** For the broker's answers: as long as brokers themselves wait for one. */
  static final Duration ANSWERS = Duration.ofSeconds(30);

  /** For a subscription to pause: a round trip, and bounded so that a hung broker eats no grace. */
  static final Duration PAUSES = Duration.ofSeconds(5);

  /** For a handler to end by its interrupt; after it, it is held to ignore it. */
  static final Duration UNWINDING = Duration.ofSeconds(2);

  /** For answers, as a kill has to leave it: they take milliseconds, and refusals a bit longer. */
  private static final Duration USUAL_ANSWERS = Duration.ofSeconds(5);

  /** What a stop takes besides the grace period, unless the broker is slow to answer. */
  static final Duration BESIDES = UNWINDING.plus(USUAL_ANSWERS);

  /** For what the broker refuses to be taken after all: within the time that a kill leaves. */
  static final Duration REFUSALS = Duration.ofSeconds(3);

  private final Lifecycle lifecycle;
  private final List<Intake> intakes;
  private final Clearing clearing;
  private final Crew crew;
  private final Herald herald;
  private final Deadlines deadlines;

  Shutdown(
      Lifecycle lifecycle,
      List<Intake> intakes,
      Clearing clearing,
      Crew crew,
      Deadlines deadlines) {
    this.lifecycle = lifecycle;
    this.intakes = intakes;
    this.clearing = clearing;
    this.crew = crew;
    this.herald = crew.herald();
    this.deadlines = deadlines;
  }

  /** How long a stop takes with this grace period, unless the broker is slow to answer. */
  static Duration longest(Duration gracePeriod) {
    return (gracePeriod.compareTo(PAUSES) < 0 ? PAUSES : gracePeriod).plus(BESIDES);
  }

  /** The whole of it; each wait ends at its deadline whatever happens. Never fails. */
  StopReport run(Duration gracePeriod) {
    herald.tell(new WorkerEvent.Stopping(herald.worker(), gracePeriod));
    try {
      steps(gracePeriod);
    } catch (RuntimeException | Error fault) {
      // Those who wait must not wait for ever for a fault of ours.
      herald.tell(new WorkerEvent.Fault(herald.worker(), "The stop broke off.", fault));
      clearing.fault("The stop broke off: " + fault);
    }
    List<Job> unsettled = clearing.unsettled();
    close();
    return clearing.report(unsettled);
  }

  /** Top to bottom. */
  private void steps(Duration gracePeriod) {
    long graceEnds = deadlines.in(gracePeriod);
    lifecycle.graceEndsAt(graceEnds);
    clearing.nothingBegins();
    if (!deadlines.await(deadlines.asideUntil(this::pauses), deadlines.in(PAUSES))) {
      clearing.fault("The broker did not confirm within " + PAUSES
          + " that it sends no more; what comes late counts as lost by this worker.");
    }
    CompletableFuture<Void> givenBack = told(deadlines.aside(clearing::giveBack));

    if (!deadlines.await(CompletableFuture.allOf(givenBack, clearing.ended()), graceEnds)) {
      clearing.interrupt();
      boolean unusedEnded = deadlines.await(clearing.ended(), deadlines.in(UNWINDING));
    }

    long answersEnd = deadlines.in(ANSWERS);
    CompletableFuture<Void> settled = told(deadlines.asideUntil(this::settleTheRest));
    if (!deadlines.await(settled, deadlines.in(REFUSALS))) {
      boolean unusedSettled =
          deadlines.await(deadlines.asideUntil(clearing::giveBackRefused), answersEnd);
    }
    if (!givenBack.isDone()) {
      clearing.fault("The broker holds up a thread that gives back what has not begun; what is"
          + " left of that counts as lost by this worker.");
    }
  }

  /** The step, whose failure is told, and ends no other. */
  private CompletableFuture<Void> told(CompletableFuture<Void> step) {
    return step.whenComplete((nothing, fault) -> {
      if (fault != null) {
        herald.tell(new WorkerEvent.Fault(herald.worker(), "A step of the stop failed.", fault));
        clearing.fault("A step of the stop failed: " + fault);
      }
    });
  }

  private CompletableFuture<Void> pauses() {
    return CompletableFuture.allOf(
        intakes.stream().map(this::pause).toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<Void> pause(Intake intake) {
    try {
      return intake.pause();
    } catch (RuntimeException | Error fault) {
      clearing.fault("The subscription of '" + intake.consumed() + "' did not pause: " + fault);
      return CompletableFuture.completedFuture(null);
    }
  }

  private CompletableFuture<Void> settleTheRest() {
    clearing.takeAway();
    // What the sweep has given up is being settled then.
    clearing.endSweeps();
    clearing.nameStuck();
    // Once more, for what a thread or the broker held in passing when the first were given back.
    clearing.giveBack();
    return clearing.settled();
  }

  private void close() {
    CompletableFuture<Void> closed = told(deadlines.aside(() -> {
      intakes.forEach(this::close);
      crew.close();
    }));
    if (!deadlines.await(closed, deadlines.in(ANSWERS))) {
      clearing.fault("The broker holds up a thread of this worker, whose subscriptions did not"
          + " close within " + ANSWERS + ".");
    }
  }

  private void close(Intake intake) {
    try {
      intake.close();
    } catch (RuntimeException | Error fault) {
      clearing.fault("The subscription of '" + intake.consumed() + "' did not close: " + fault);
    }
  }

  /** Tells the end, the last event; the report, with a fault more where a listener holds it up. */
  StopReport tell(StopReport report) {
    herald.tell(new WorkerEvent.Stopped(herald.worker(), report));
    herald.end();
    if (deadlines.await(herald.ended(), deadlines.in(UNWINDING))) {
      return report;
    }
    StopReport untold = report.withFault("A listener did not return within " + UNWINDING
        + "; it is not told what it has not heard yet.");
    herald.log(untold);
    return untold;
  }
}
