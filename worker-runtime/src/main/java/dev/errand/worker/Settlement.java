package dev.errand.worker;

import dev.errand.broker.Delivery;
import dev.errand.broker.PublishException;
import dev.errand.broker.SettleException;
import dev.errand.broker.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settling of one delivery: a verb, called again after a pause until the broker took it. */
final class Settlement {
  /*
   * One verb is out at a time and its answer alone calls the next, so `verb` and `tries` pass from thread to thread with a happens-before
   * by the future or the scheduler.
   */
  private final Settling owner;
  private final Job job;
  private final Delivery delivery;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private Supplier<CompletableFuture<Void>> verb;
  private int tries;

  Settlement(Settling owner, Job job, Delivery delivery, Supplier<CompletableFuture<Void>> verb) {
    this.owner = owner;
    this.job = job;
    this.delivery = delivery;
    this.verb = verb;
  }

  Job job() {
    return job;
  }

  /** Done when the broker has answered for good, whatever it said. Never fails. */
  CompletableFuture<Void> done() {
    return done;
  }

  void start() {
    tries++;
    CompletableFuture<Void> answer;
    try {
      answer = verb.get();
    } catch (RuntimeException | Error fault) {
      // No copy can be made of it, by us, however often it is tried.
      verb = delivery::reject;
      answer = CompletableFuture.failedFuture(fault);
    }
    CompletableFuture<Void> unusedChain = answer.whenComplete((nothing, error) -> answered(error));
  }

  private void answered(@Nullable Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause == null) {
      end();
    } else if (cause instanceof SettleException || cause instanceof UnavailableException) {
      // The connection it came on is lost: the broker delivers it again, and it counts as come
      // back.
      owner.herald().tell(new WorkerEvent.SettleGone(owner.herald().worker(), job));
      end();
    } else {
      tryAgain(cause);
    }
  }

  private void tryAgain(Throwable cause) {
    Duration pause = owner.pauseAfter(tries);
    if (cause instanceof PublishException refused
        && refused.reason() == PublishException.Reason.BEYOND_LIMIT) {
      verb = delivery::reject;
    }
    owner.herald().tell(new WorkerEvent.SettleFailed(owner.herald().worker(), job, cause, pause));
    owner.scheduler().after(pause, this::start);
  }

  private void end() {
    owner.ended(this);
    done.complete(null);
  }
}
