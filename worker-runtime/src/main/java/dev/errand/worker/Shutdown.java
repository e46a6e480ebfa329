package dev.errand.worker;

import dev.errand.retry.Causes;
import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Ends a worker's parts in order. Used once, on a thread of its own. */
final class Shutdown {
  /** For the broker's answers: as long as brokers themselves wait for one. */
  static final Duration ANSWERS = Duration.ofSeconds(30);

  /** For a subscription to pause: a round trip, and bounded so that a hung broker eats no grace. */
  static final Duration PAUSES = Duration.ofSeconds(5);

  /** For a handler to end by its interrupt; after it, it is held to ignore it. */
  static final Duration INTERRUPTS = Duration.ofSeconds(2);

  /** For a listener to return: what it does is to take no time. */
  static final Duration LISTENERS = Duration.ofSeconds(2);

  /** For subscriptions and threads to end: as long as the SPI lets the close of one take. */
  static final Duration CLOSINGS = Duration.ofSeconds(15);

  /** For answers, as a kill has to leave it: they take milliseconds, and refusals a bit longer. */
  private static final Duration USUAL_ANSWERS = Duration.ofSeconds(5);

  /** What a stop takes beyond the grace period, unless the broker is slow to answer. */
  static final Duration BEYOND_GRACE = INTERRUPTS.plus(USUAL_ANSWERS);

  /** For what the broker refuses to be taken after all: within the time that a kill leaves. */
  static final Duration REFUSALS = Duration.ofSeconds(3);

  private static final String SENDS = "The broker did not confirm within "
      + DurationText.of(PAUSES)
      + " that it sends no more; what comes late counts as lost by this worker.";

  private static final String GIVES_BACK =
      "The broker holds up a thread that gives back what has not begun; what is left of that"
          + " counts as lost by this worker.";

  private static final String SETTLES =
      "The broker holds up a thread that settles what handlers did not end, or the interrupt of"
          + " one does; what is left of that counts as lost by this worker.";

  private static final String INTERRUPTS_NOT =
      "The interrupt of a handler does not return, mostly as it closes a channel that blocks; its"
          + " thread goes on until that returns.";

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
    return (gracePeriod.compareTo(PAUSES) < 0 ? PAUSES : gracePeriod).plus(BEYOND_GRACE);
  }

  /** The whole of it; each wait ends at its deadline whatever happens. */
  StopReport run(Duration gracePeriod) {
    herald.tell(new WorkerEvent.Stopping(herald.worker(), gracePeriod));
    try {
      steps();
    } catch (RuntimeException | Error fault) {
      tellFault("The stop broke off", fault);
    }
    List<Job> unsettled = clearing.unsettled();
    close();
    return clearing.report(unsettled);
  }

  /** Top to bottom. */
  private void steps() {
    long graceEnds = lifecycle.graceEnds();
    long pausesEnd = deadlines.in(PAUSES);
    CompletableFuture<Void> nothingBegins = aside(clearing::nothingBegins);
    boolean unusedClosed = deadlines.await(nothingBegins, pausesEnd);
    CompletableFuture<Void> paused = pauses();
    boolean unusedPaused = deadlines.await(paused, pausesEnd);
    faultIfLate(paused, SENDS);
    CompletableFuture<Void> givenBack = aside(clearing::giveBack);

    CompletableFuture<Void> interrupts = CompletableFuture.completedFuture(null);
    if (!deadlines.await(CompletableFuture.allOf(givenBack, clearing.ended()), graceEnds)) {
      interrupts = aside(clearing::interrupt);
      boolean unusedEnded = deadlines.await(
          CompletableFuture.allOf(interrupts, clearing.ended()), deadlines.in(INTERRUPTS));
    }

    long answersEnd = deadlines.in(ANSWERS);
    long refusalsEnd = deadlines.in(REFUSALS);
    CompletableFuture<Void> rest = aside(this::settleTheRest);
    boolean unusedRest = deadlines.await(rest, refusalsEnd);
    if (!deadlines.await(clearing.answered(), refusalsEnd)) {
      boolean unusedTried = deadlines.await(aside(clearing::giveBackRefused), answersEnd);
      boolean unusedAnswered = deadlines.await(clearing.answered(), answersEnd);
    }
    faultIfLate(givenBack, GIVES_BACK);
    faultIfLate(rest, SETTLES);
    faultIfLate(CompletableFuture.allOf(nothingBegins, interrupts), INTERRUPTS_NOT);
  }

  /** Runs a step that may block; its failure is told, and ends no other. */
  private CompletableFuture<Void> aside(Runnable step) {
    return told("A step of the stop failed", deadlines.aside(step));
  }

  private CompletableFuture<Void> told(String what, CompletableFuture<Void> step) {
    return step.whenComplete((nothing, fault) -> {
      if (fault != null) {
        tellFault(what, Causes.unwrapped(fault));
      }
    });
  }

  private void tellFault(String what, Throwable fault) {
    clearing.fault(what + ": " + fault);
    herald.tell(new WorkerEvent.Fault(herald.worker(), what + ".", fault));
  }

  private void faultIfLate(CompletableFuture<Void> step, String sentence) {
    if (!step.isDone()) {
      clearing.fault(sentence);
    }
  }

  private CompletableFuture<Void> pauses() {
    return CompletableFuture.allOf(intakes.stream()
        .map(intake -> told(
            "The subscription of '" + intake.consumed() + "' did not pause",
            deadlines.asideUntil(intake::pause)))
        .toArray(CompletableFuture<?>[]::new));
  }

  private void settleTheRest() {
    clearing.takeAway();
    // What the sweep has given up is being settled then.
    clearing.endSweeps();
    // Once more, for what a thread or the broker held in passing when the first were given back.
    clearing.giveBack();
    clearing.hurry();
  }

  private void close() {
    Stream<CompletableFuture<Void>> subscriptions = intakes.stream()
        .map(intake -> told(
            "The subscription of '" + intake.consumed() + "' did not close",
            deadlines.aside(intake::close)));
    Stream<CompletableFuture<Void>> threads = crew.closings().stream().map(this::aside);
    CompletableFuture<Void> closed = CompletableFuture.allOf(
        Stream.concat(subscriptions, threads).toArray(CompletableFuture<?>[]::new));
    if (!deadlines.await(closed, deadlines.in(CLOSINGS))) {
      clearing.fault("The broker holds up a thread or a subscription of this worker, which did not"
          + " end within " + DurationText.of(CLOSINGS) + ".");
    }
  }

  /** Tells the end, the last event; the report, with a fault more where a listener holds it up. */
  StopReport tell(StopReport report) {
    herald.tell(new WorkerEvent.Stopped(herald.worker(), report));
    herald.end();
    if (deadlines.await(herald.ended(), deadlines.in(LISTENERS))) {
      return report;
    }
    StopReport untold = report.withFault("A listener did not return within "
        + DurationText.of(LISTENERS) + "; it is not told what it has not heard yet.");
    herald.log(untold);
    return untold;
  }
}
