package dev.errand.worker;

import dev.errand.broker.UnavailableException;
import dev.errand.retry.Causes;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Declares what one queue needs, and has its jobs taken then. What is refused, or fails, is tried
 * again until it is done: whoever mends it need not know of the worker.
 */
final class Opening {
  /*
   * One declaration at a time: the first by who starts the worker, each further by the scheduler once the one before was answered. So
   * the fields that change have one writer at a time, and each hands over to the next.
   */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Supply supply;
  private final Places places;
  private final Herald herald;
  private final Lifecycle lifecycle;
  private final Scheduler scheduler;
  private CompletableFuture<Void> declared = new CompletableFuture<>();
  private Duration pause = FIRST_PAUSE;
  private volatile String refusal = "";

  Opening(Supply supply, Places places, Herald herald, Lifecycle lifecycle, Scheduler scheduler) {
    this.supply = supply;
    this.places = places;
    this.herald = herald;
    this.lifecycle = lifecycle;
    this.scheduler = scheduler;
  }

  String queue() {
    return supply.queue();
  }

  Supply supply() {
    return supply;
  }

  int prefetch() {
    return supply.prefetch();
  }

  /** Why no jobs are taken; empty where they are, or nothing was answered yet. */
  String refusal() {
    return refusal;
  }

  /** Throws what a broker throws that cannot be opened. */
  void declare() {
    declared = places.declare(queue());
  }

  /**
   * Has jobs taken once all is declared. Not awaited: without a connection that is with the next
   * one, however late. What is refused is told, and stops no other queue.
   *
   * @throws UnavailableException when the broker is closed
   */
  void follow() {
    CompletableFuture<Boolean> answered = answered();
    if (answered.isDone()) {
      rethrow(answered);
    } else {
      CompletableFuture<Boolean> unusedChain = answered.exceptionally(this::notOpened);
    }
  }

  /** Whether jobs are taken now. */
  private CompletableFuture<Boolean> answered() {
    return declared.handle((nothing, failed) -> {
      @Nullable Throwable error = failed == null ? null : Causes.unwrapped(failed);
      boolean takes = error == null || places.refused(queue(), error).takesJobs();
      refusal = takes || error == null ? "" : "" + error.getMessage();
      if (takes) {
        supply.open();
      } else {
        tryLater();
      }
      return takes;
    });
  }

  /** Each time after twice the pause, up to the longest. */
  private void tryLater() {
    scheduler.after(pause, this::again);
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /** On the scheduler, where nobody would hear what a broker throws. */
  private void again() {
    if (lifecycle.stopping()) {
      return;
    }
    try {
      declare();
    } catch (RuntimeException | Error thrown) {
      boolean unusedAnswer = notOpened(thrown);
      return;
    }
    CompletableFuture<Boolean> unusedChain = answered().exceptionally(this::notOpened);
  }

  private static void rethrow(CompletableFuture<Boolean> answered) {
    try {
      answered.join();
    } catch (CompletionException failed) {
      if (Causes.unwrapped(failed) instanceof RuntimeException refused) {
        throw refused;
      }
      throw failed;
    }
  }

  /** No consumer came of the declaration: mostly, the broker was closed before it was connected. */
  private boolean notOpened(Throwable failed) {
    Throwable cause = Causes.unwrapped(failed);
    if (cause instanceof UnavailableException) {
      supply.intakes().forEach(Intake::cutOff);
      // Nothing is declared again.
      refusal = "";
    } else {
      String follows = "' is not consumed; that is tried again in " + DurationText.of(pause) + ".";
      herald.tell(new WorkerEvent.Fault(herald.worker(), "Queue '" + queue() + follows, cause));
      tryLater();
    }
    return false;
  }
}
