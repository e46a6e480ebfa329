package dev.errand.worker;

import static dev.errand.broker.SettleException.Reason.SETTLED_BEFORE;

import dev.errand.broker.PublishException;
import dev.errand.broker.SettleException;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.retry.Causes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settling of one delivery: a verb, called again after a pause until the broker took it. */
final class Settlement {
  /*
   * One verb is out at a time. Its answer, where that is a refusal, sets `waits`, and whoever takes that back calls the next: the scheduler
   * after a pause, or a stop at once. So the fields that change pass from thread to thread with a happens-before by the future or by `waits`.
   * A pause that is not needed any more may end a later one sooner, which harms nothing.
   */
  private final Settling owner;
  private final Taken taken;
  private final Job job;
  private final long since;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final AtomicBoolean waits = new AtomicBoolean();
  private Verb verb;
  private int tries;
  /** A try was not answered: its copy may be there. */
  private boolean unknown;

  private boolean released;
  private volatile String refusal = "";

  /** @param since now, in nanoseconds of monotonic time */
  Settlement(Settling owner, Taken taken, Job job, Verb verb, long since) {
    this.owner = owner;
    this.taken = taken;
    this.job = job;
    this.verb = verb;
    this.since = since;
  }

  /** When it began, in nanoseconds of monotonic time. */
  long since() {
    return since;
  }

  /** What the broker said when it refused the last time; empty where it has not. */
  String refusal() {
    return refusal;
  }

  /** Whether its connection is lost, so that no try of it will do. */
  boolean gone() {
    return taken.gone();
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
      answer = Objects.requireNonNull(next().get(), "The broker's verb gave no future.");
    } catch (Letters.Unwritable letter) {
      verb = asItIs();
      answer = CompletableFuture.failedFuture(Objects.requireNonNull(letter.getCause()));
    } catch (Throwable fault) {
      // Of the broker, or of the JVM: the next try may do. What this one did nobody knows.
      unknown = true;
      answer = CompletableFuture.failedFuture(fault);
    }
    CompletableFuture<Void> unusedChain = answer.whenComplete((nothing, error) -> answered(error));
  }

  private Supplier<CompletableFuture<Void>> next() {
    released = false;
    if (unknown) {
      return verb.onceMore();
    } else if (owner.lastChance() && tries > 1 && verb.mayGoBack()) {
      released = true;
      return taken.delivery()::release;
    }
    return verb.first();
  }

  /** Of what no copy can be made. */
  private Verb asItIs() {
    Supplier<CompletableFuture<Void>> reject = taken.delivery()::reject;
    return new Verb(reject, reject, verb.mayGoBack());
  }

  /** Tries it now, unless it is being tried. */
  void startIfItWaits() {
    if (waits.compareAndSet(true, false)) {
      start();
    }
  }

  private void answered(@Nullable Throwable error) {
    Throwable cause = error == null ? null : Causes.unwrapped(error);
    if (cause == null) {
      if (released) {
        owner.wentBack(job);
      }
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
    refusal = "" + cause.getMessage();
    if (cause instanceof PublishException refused) {
      switch (refused.reason()) {
        case BEYOND_LIMIT -> verb = asItIs();
        case UNROUTABLE -> owner.places().missed(job.queue());
        case OUTCOME_UNKNOWN -> unknown = true;
        default -> {
          // The same may be taken the next time.
        }
      }
    } else if (cause instanceof TopologyException missing
        && missing.reason() == TopologyException.Reason.MISSING) {
      owner.places().missed(job.queue());
    }
    int tried = tries;
    // First, so that a stop which begins now either finds it or is seen by the pause.
    waits.set(true);
    Duration pause = owner.pauseAfter(tried);
    owner.herald().tell(new WorkerEvent.SettleFailed(owner.herald().worker(), job, cause, pause));
    owner.scheduler().after(pause, this::startIfItWaits);
  }

  private void end(Step last) {
    taken.progress().to(last);
    taken.from().settled(taken);
    owner.ended(this);
    done.complete(null);
  }
}
