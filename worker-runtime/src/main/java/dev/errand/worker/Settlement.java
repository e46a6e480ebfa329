package dev.errand.worker;

import static dev.errand.broker.SettleException.Reason.SETTLED_BEFORE;

import dev.errand.broker.PublishException;
import dev.errand.broker.SettleException;
import dev.errand.broker.UnavailableException;
import java.time.Duration;
import java.util.Objects;
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
  private final Taken taken;
  private final Job job;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private Supplier<CompletableFuture<Void>> verb;
  private int tries;
  private volatile String refusal = "";

  Settlement(Settling owner, Taken taken, Job job, Supplier<CompletableFuture<Void>> verb) {
    this.owner = owner;
    this.taken = taken;
    this.job = job;
    this.verb = verb;
  }

  /** What the broker said when it refused the last time; empty where it has not. */
  String refusal() {
    return refusal;
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
      answer = Objects.requireNonNull(verb.get(), "The broker's verb gave no future.");
    } catch (Throwable fault) {
      // No copy can be made of it, by us, however often it is tried.
      verb = taken.delivery()::reject;
      answer = CompletableFuture.failedFuture(fault);
    }
    CompletableFuture<Void> unusedChain = answer.whenComplete((nothing, error) -> answered(error));
  }

  private void answered(@Nullable Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause == null) {
      end(Step.SETTLED);
    } else if (cause instanceof SettleException settled && settled.reason() == SETTLED_BEFORE) {
      // An earlier verb counts.
      end(Step.SETTLED);
    } else if (cause instanceof SettleException || cause instanceof UnavailableException) {
      // The connection it came on is lost: the broker delivers it again, and it counts as come
      // back.
      owner.herald().tell(new WorkerEvent.SettleGone(owner.herald().worker(), job));
      end(Step.GONE);
    } else {
      tryAgain(cause);
    }
  }

  private void tryAgain(Throwable cause) {
    Duration pause = owner.pauseAfter(tries);
    refusal = "" + cause.getMessage();
    if (cause instanceof PublishException refused) {
      switch (refused.reason()) {
        case BEYOND_LIMIT -> verb = taken.delivery()::reject;
        case UNROUTABLE -> owner.places().missed(job.queue());
        default -> {
          // The same may be taken the next time.
        }
      }
    }
    owner.herald().tell(new WorkerEvent.SettleFailed(owner.herald().worker(), job, cause, pause));
    owner.scheduler().after(pause, this::start);
  }

  private void end(Step last) {
    taken.progress().to(last);
    taken.from().settled(taken);
    owner.ended(this);
    done.complete(null);
  }
}
