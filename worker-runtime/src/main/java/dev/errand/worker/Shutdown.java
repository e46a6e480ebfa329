package dev.errand.worker;

import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
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

  private final List<Intake> intakes;
  private final Dispatcher dispatcher;
  private final Pipeline pipeline;
  private final Settling settling;
  private final Herald herald;
  private final Lifecycle lifecycle;
  private final Ticker ticker;
  private final Scheduler scheduler;
  private final Time time;

  private int givenBack;
  private final List<Job> interrupted = new ArrayList<>();
  private final List<Job> stillRunning = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  Shutdown(
      List<Intake> intakes,
      Dispatcher dispatcher,
      Pipeline pipeline,
      Settling settling,
      Herald herald,
      Lifecycle lifecycle,
      Ticker ticker,
      Scheduler scheduler,
      Time time) {
    this.intakes = intakes;
    this.dispatcher = dispatcher;
    this.pipeline = pipeline;
    this.settling = settling;
    this.herald = herald;
    this.lifecycle = lifecycle;
    this.ticker = ticker;
    this.scheduler = scheduler;
    this.time = time;
  }

  /** The whole of it; each wait ends at its deadline whatever happens. Never fails. */
  StopReport run(Duration gracePeriod) {
    herald.tell(new WorkerEvent.Stopping(herald.worker(), gracePeriod));
    try {
      steps(gracePeriod);
    } catch (RuntimeException | Error fault) {
      // Those who wait must not wait for ever for a fault of ours.
      herald.tell(new WorkerEvent.Fault(herald.worker(), "The stop broke off.", fault));
      faults.add("The stop broke off: " + fault);
    }
    List<Job> unsettled = settling.unanswered();
    ticker.close();
    intakes.forEach(this::close);
    return new StopReport(givenBack, interrupted, stillRunning, unsettled, faults);
  }

  /** Top to bottom. */
  private void steps(Duration gracePeriod) {
    long graceEnds = time.nanoTime() + gracePeriod.toNanos();
    lifecycle.graceEndsAt(graceEnds);
    dispatcher.close();
    if (!await(pauses(), time.nanoTime() + PAUSES.toNanos())) {
      faults.add("The broker did not confirm within " + PAUSES
          + " that it sends no more; what comes late counts as lost by this worker.");
    }
    giveBack();

    if (!await(dispatcher.ended(), graceEnds)) {
      interrupt();
      if (!await(dispatcher.ended(), time.nanoTime() + UNWINDING.toNanos())) {
        takeAway();
      }
    }
    // What the sweep has given up is being settled then.
    ticker.close();
    nameStuck();
    // Once more, for what a thread or the broker held in passing when the first were given back.
    giveBack();

    await(settling.answered(), time.nanoTime() + ANSWERS.toNanos());
  }

  /** Tells the end, the last event; the report, with a fault more where a listener holds it up. */
  StopReport tell(StopReport report) {
    herald.tell(new WorkerEvent.Stopped(herald.worker(), report));
    herald.end();
    if (await(herald.ended(), time.nanoTime() + UNWINDING.toNanos())) {
      return report;
    }
    StopReport untold = report.withFault("A listener did not return within " + UNWINDING
        + "; it is not told what it has not heard yet.");
    herald.log(untold);
    return untold;
  }

  private CompletableFuture<Void> pauses() {
    return CompletableFuture.allOf(
        intakes.stream().map(Intake::pause).toArray(CompletableFuture<?>[]::new));
  }

  private void giveBack() {
    for (Taken notBegun : dispatcher.backlog().leftovers()) {
      if (!notBegun.gone() && pipeline.giveBack(notBegun).isPresent()) {
        givenBack++;
      }
    }
  }

  private void interrupt() {
    for (HandlerThread thread : dispatcher.threads()) {
      RunningJob job = thread.interrupt();
      if (job != null) {
        interrupted.add(job.bound().job());
      }
    }
  }

  private void takeAway() {
    for (HandlerThread thread : dispatcher.threads()) {
      RunningJob job = thread.takeAway();
      if (job != null) {
        stillRunning.add(job.bound().job());
        pipeline.takenAway(job).forEach(herald::tell);
      } else if (!thread.released().isDone()) {
        faults.add("Thread '" + thread.name()
            + "' runs no job and has not ended: a listener or a codec blocks it; it goes on until"
            + " that returns.");
      }
    }
  }

  /** What ignored its time-out long ago is settled already. */
  private void nameStuck() {
    dispatcher.stuck().forEach(job -> stillRunning.add(job.bound().job()));
  }

  private void close(Intake intake) {
    try {
      intake.close();
    } catch (RuntimeException | Error fault) {
      faults.add("The subscription of '" + intake.consumed() + "' did not close: " + fault);
    }
  }

  /** Waits for the end of something, on the broker's time; whether it ended. */
  private boolean await(CompletableFuture<Void> something, long deadline) {
    CompletableFuture<Boolean> ended = something.handle((nothing, error) -> true);
    CompletableFuture<Boolean> late = new CompletableFuture<>();
    if (!ended.isDone()) {
      scheduler.after(Duration.ofNanos(deadline - time.nanoTime()), () -> late.complete(false));
    }
    // A failure is an end too; it is reported where it came from.
    CompletableFuture.anyOf(ended, late).join();
    return ended.isDone();
  }
}
