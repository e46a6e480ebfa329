package dev.errand.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One look over what runs and what waits in hand: it ends what is out of time. It decides and
 * settles what it takes from handlers that do not end, so a policy's function or a verb that blocks
 * holds it up, and all looks after it.
 */
final class Sweep implements BooleanSupplier {
  private final Dispatcher dispatcher;
  private final Pipeline pipeline;
  private final Holding holding;
  private final StillRunning stillRunning;
  private final Herald herald;

  Sweep(
      Dispatcher dispatcher,
      Pipeline pipeline,
      Holding holding,
      StillRunning stillRunning,
      Herald herald) {
    this.dispatcher = dispatcher;
    this.pipeline = pipeline;
    this.holding = holding;
    this.stillRunning = stillRunning;
    this.herald = herald;
  }

  /** Whether anything is left that can run out of time. */
  @Override
  public boolean getAsBoolean() {
    dispatcher.threads().forEach(HandlerThread::timeOut);
    dispatcher.giveUp(this::settle);
    boolean wantsRefill = dispatcher.refill();
    Optional<Duration> longestWait = holding.longestWait();
    longestWait.ifPresent(this::giveBack);
    boolean waits = longestWait.isPresent() && dispatcher.backlog().any();
    return waits
        || wantsRefill
        || dispatcher.threads().stream().anyMatch(HandlerThread::runsAgainstTime);
  }

  private void settle(Dispatcher.GivenUp given) {
    // Before its job may come again.
    stillRunning.givenUp(given.thread());
    Job job = given.job().bound().job();
    List<StackTraceElement> stack = List.of(given.thread().stack());
    herald.tell(new WorkerEvent.Stuck(
        herald.worker(), job, given.thread().name(), given.job().took(), stack));
    if (!given.replaced()) {
      dispatcher.refusal().ifPresent(this::tellRefused);
      herald.tell(new WorkerEvent.SlotLost(
          herald.worker(), dispatcher.slots(), dispatcher.stuck().size()));
    }
    // Its handler may go on for ever, and no other suspect is to wait for that.
    given.job().bound().taken().noLongerSuspect();
    pipeline.takenAway(given.job()).forEach(herald::tell);
  }

  private void tellRefused(Throwable error) {
    herald.tell(new WorkerEvent.Fault(
        herald.worker(),
        "No thread can be started in the place of one that is stuck. That is tried again by itself.",
        error));
  }

  /** Gives back what has waited so long, unless it is gone. */
  private void giveBack(Duration longest) {
    long now = holding.now();
    dispatcher
        .backlog()
        .giveBack(each -> each.heldFor(now).compareTo(longest) >= 0, each -> giveBack(each, now));
  }

  private void giveBack(Taken taken, long now) {
    if (!taken.gone()) {
      pipeline
          .giveBack(taken)
          .ifPresent(job ->
              herald.tell(new WorkerEvent.GivenBack(herald.worker(), job, taken.heldFor(now))));
    }
  }
}
