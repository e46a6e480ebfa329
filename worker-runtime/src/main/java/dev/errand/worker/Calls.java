package dev.errand.worker;

import dev.errand.retry.InHand;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import dev.errand.worker.decide.Outcome;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Calls a handler: once, or again after a pause where its policy says so. The library lends its
 * arithmetic and its predicate; the waiting is ours, on the broker's time.
 */
final class Calls {
  private final Lifecycle lifecycle;
  private final Ticker ticker;
  private final Scheduler scheduler;
  private final Events events;
  private final Time time;

  Calls(Lifecycle lifecycle, Ticker ticker, Scheduler scheduler, Events events, Time time) {
    this.lifecycle = lifecycle;
    this.ticker = ticker;
    this.scheduler = scheduler;
    this.events = events;
    this.time = time;
  }

  /** A job that begins now. */
  RunningJob job(Bound bound) {
    return new RunningJob(bound, lifecycle, time);
  }

  /** One attempt, on its handler's thread. Never fails. */
  Outcome run(RunningJob job, HandlerThread thread) {
    if (job.hasTimeout()) {
      ticker.wake();
    }
    Bound bound = job.bound();
    Call first = once(job);
    if (bound.atMostOnce()) {
      return first.outcome();
    }
    return bound
        .policy()
        .inHand()
        .map(inHand -> inHand(job, thread, first, rules(inHand, bound.policy())))
        .orElse(first.outcome());
  }

  /**
   * How one call ended.
   *
   * @param thrown by the handler; null where it returned, or there was nothing to call
   */
  private record Call(Outcome outcome, @Nullable Throwable thrown) {}

  private static Call once(RunningJob job) {
    try {
      return new Call(job.bound().work().run(job), null);
    } catch (Throwable error) {
      // An Error too is this job's failure and no other's.
      return new Call(Outcome.thrown(error), error);
    }
  }

  private static RetryConfig rules(InHand inHand, RetryPolicy policy) {
    return RetryConfig.custom()
        .maxAttempts(1 + inHand.times())
        .intervalFunction(IntervalFunction.of(inHand.pause()))
        .retryOnException(error -> !policy.givesUpOn(error))
        .build();
  }

  private Outcome inHand(RunningJob job, HandlerThread thread, Call first, RetryConfig rules) {
    Call last = first;
    for (int calls = 1; calls < rules.getMaxAttempts(); calls++) {
      Throwable thrown = last.thrown();
      if (thrown == null
          || !(last.outcome() instanceof Outcome.Failed)
          || !rules.getExceptionPredicate().test(thrown)
          || endsSoon(job, thread)) {
        return last.outcome();
      }
      long millis = rules.getIntervalBiFunction().apply(calls, Either.left(thrown));
      Duration pause = Duration.ofMillis(millis);
      if (!job.hasMoreThan(pause)) {
        return last.outcome();
      }
      job.failedInHand(thrown);
      events.tell(
          new WorkerEvent.FailedInHand(events.worker(), job.bound().job(), calls, thrown, pause));
      if (!passes(pause, thread) || endsSoon(job, thread)) {
        return last.outcome();
      }
      last = once(job);
    }
    return last.outcome();
  }

  private boolean endsSoon(RunningJob job, HandlerThread thread) {
    // What the handler left behind is no one's word. Whoever else interrupts says so to the thread.
    Thread.interrupted();
    return thread.disturbed() || job.bound().taken().gone();
  }

  /**
   * Waits; whether nobody ended the job meanwhile, such as a stop whose grace period is over. One
   * action for each pause, and no look of the sweep's: that comes each quarter of a second, and
   * most pauses in hand are shorter. As no pause is above ten seconds, few actions outlive theirs.
   */
  private boolean passes(Duration pause, HandlerThread thread) {
    CountDownLatch over = new CountDownLatch(1);
    scheduler.after(pause, over::countDown);
    while (!thread.disturbed()) {
      try {
        over.await();
        return true;
      } catch (InterruptedException told) {
        // By who ends the job, or by a listener that left it behind, which is no one's word.
      }
    }
    return false;
  }
}
