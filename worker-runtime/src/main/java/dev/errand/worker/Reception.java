package dev.errand.worker;

import dev.errand.broker.Delivery;
import dev.errand.worker.decide.Counters;
import dev.errand.worker.decide.Whence;
import java.util.concurrent.CompletableFuture;

/** Hands over what comes, of all queues, so that its job begins as soon as it may. Never blocks. */
final class Reception {
  private final Dispatcher dispatcher;
  private final Backlog backlog;
  private final Holding holding;
  private final Settling settling;
  private final Suspect suspect;
  private final StillRunning stillRunning;

  /** @param suspect that of the worker, which all its lanes share */
  Reception(
      Dispatcher dispatcher,
      Holding holding,
      Settling settling,
      Suspect suspect,
      StillRunning stillRunning) {
    this.dispatcher = dispatcher;
    this.backlog = dispatcher.backlog();
    this.holding = holding;
    this.settling = settling;
    this.suspect = suspect;
    this.stillRunning = stillRunning;
  }

  /** Nanoseconds of monotonic time. */
  long now() {
    return holding.now();
  }

  /** The broker is there. */
  void connected() {
    holding.connected();
  }

  /**
   * A consumer is lost: what it brought and has not begun leaves, with its body, as it comes again;
   * what has begun runs on.
   */
  void lost() {
    stillRunning.lost(dispatcher.threads());
    backlog.giveBack(Taken::gone, Taken::noLongerSuspect);
  }

  void take(Taken taken) {
    if (cameBack(taken.delivery())) {
      backlog.putAside(taken);
      CompletableFuture<Void> unusedChain = left(taken).thenRun(() -> offerCopy(taken));
    } else {
      backlog.offer(taken);
    }
    holding.waits();
  }

  /** Whether it is the copy of one that came back. */
  private static boolean cameBack(Delivery delivery) {
    Counters counters = Counters.of(delivery.message());
    return counters.returns() > 0 || counters.crashes() > 0;
  }

  /**
   * Done when the original of a copy has left: a job that takes us down with both in hand would
   * come back twice, and from then on be two. What bears no id cannot be told from others, and
   * waits for nothing.
   */
  CompletableFuture<Void> left(Taken copy) {
    String id = copy.delivery().message().id();
    return id.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : settling.answered(copy.queue(), id);
  }

  private void offerCopy(Taken taken) {
    if (taken.whence() == Whence.QUEUE || !Suspect.is(taken)) {
      backlog.offerFromAside(taken, taken);
    } else if (!suspect.enter(taken)) {
      backlog.offerFromAside(taken, taken.besideASuspect());
    } else if (backlog.isAside(taken)) {
      settling.scheduler().after(Suspect.HEAD_START, () -> backlog.offerFromAside(taken, taken));
    } else {
      // It was given back before it became the suspect, which nothing would end.
      suspect.leave(taken);
    }
  }

  /** Another may be the suspect from now on. */
  void noLongerSuspect(Taken taken) {
    if (taken.whence() != Whence.QUEUE) {
      suspect.leave(taken);
    }
  }
}
