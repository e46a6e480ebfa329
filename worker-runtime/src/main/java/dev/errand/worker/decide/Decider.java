package dev.errand.worker.decide;

import dev.errand.retry.RetryPolicy;
import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What becomes of a job after its attempt: one table, a pure function but for its jitter. */
public final class Decider {
  /** Alone in its worker's lane each time: a chance that others lose their worker so is small. */
  static final int MOST_CRASHES = 3;

  /** Longer than a suspect's head start, so that it has begun before another is there again. */
  static final Duration ASIDE = Duration.ofSeconds(1);

  /** Until it is looked again whether an earlier run of a job has ended. */
  static final Duration STILL_RUNS = Duration.ofMinutes(1);

  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private final ByPolicy byPolicy;
  private final Duration deployPeriod;

  /**
   * @param random where the jitter of delays comes from
   * @param deployPeriod how long a job waits for a worker that knows it
   */
  public Decider(RandomGenerator random, Duration deployPeriod) {
    byPolicy = new ByPolicy(random);
    this.deployPeriod = deployPeriod;
  }

  /** One row of the table. */
  public Disposition decide(Outcome outcome, History history, RetryPolicy policy) {
    Counters counters = history.counters();
    if (outcome instanceof Outcome.Done) {
      return new Disposition.Ack();
    } else if (outcome instanceof Outcome.Failed failed) {
      return byPolicy.failed(failed.error(), history, policy);
    } else if (outcome instanceof Outcome.Deferred deferred) {
      return byPolicy.deferred(deferred, history, policy);
    } else if (outcome instanceof Outcome.GaveUp gaveUp) {
      return dead(counters, gaveUp.reason(), gaveUp.cause());
    } else if (outcome instanceof Outcome.Discarded) {
      return new Disposition.Ack();
    } else if (outcome instanceof Outcome.Interrupted) {
      return new Disposition.Returned(counters.interrupted(), Disposition.Place.QUEUE);
    } else if (outcome instanceof Outcome.Unreadable unreadable) {
      return dead(counters, "the body cannot be read", unreadable.error());
    } else if (outcome instanceof Outcome.Unknown unknown) {
      return unknown(unknown.task(), history);
    } else if (outcome instanceof Outcome.Newer newer) {
      return newer(newer.what(), history);
    } else if (outcome instanceof Outcome.CameBack back) {
      return cameBack(back.whence(), counters);
    } else if (outcome instanceof Outcome.BesideASuspect) {
      return new Disposition.Aside(counters, Disposition.Place.LANE, ASIDE);
    } else if (outcome instanceof Outcome.StillRuns still) {
      return new Disposition.Aside(counters, placeOf(still.whence()), STILL_RUNS);
    } else if (outcome instanceof Outcome.MayHaveRun may) {
      return mayHaveRun(may.how(), counters);
    } else if (outcome instanceof Outcome.Expired) {
      return new Disposition.Ack();
    }
    throw new AssertionError(outcome);
  }

  private Disposition unknown(String task, History history) {
    return task.isEmpty()
        // No release to come has a name for it.
        ? dead(history.counters(), "it has no type, which would name its task", null)
        : waits("no handler for task '" + task + "'", history);
  }

  private Disposition newer(String what, History history) {
    return waits(what, history);
  }

  /** As long again as it has waited, so that nothing has to be counted. */
  private Disposition waits(String reason, History history) {
    Duration left = deployPeriod.minus(history.waited());
    if (left.isZero() || left.isNegative()) {
      String late = deployPeriod.isZero()
          ? reason
          : reason + ", and no worker that knows it came within " + DurationText.of(deployPeriod);
      return dead(history.counters(), late, null);
    }
    Duration pause = longer(SHORTEST_WAIT, shorter(LONGEST_WAIT, history.waited()));
    return new Disposition.Waits(shorter(pause, left), history.waited(), reason);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Disposition cameBack(Whence whence, Counters counters) {
    return switch (whence) {
      case QUEUE ->
        new Disposition.Returned(
            counters.returned(),
            counters.returns() == 0 ? Disposition.Place.QUEUE : Disposition.Place.LANE);
      case LANE, LANE_BESIDE_A_SUSPECT -> crashed(counters.crashed());
      case LANE_AFTER_OUR_RECONNECT ->
        new Disposition.Returned(counters.returned(), Disposition.Place.LANE);
    };
  }

  private static Disposition.Place placeOf(Whence whence) {
    return whence == Whence.QUEUE ? Disposition.Place.QUEUE : Disposition.Place.LANE;
  }

  private static Disposition crashed(Counters counters) {
    return counters.crashes() < MOST_CRASHES
        ? new Disposition.Returned(counters, Disposition.Place.LANE)
        : dead(counters, "worker lost", null);
  }

  private static Disposition mayHaveRun(String how, Counters counters) {
    return dead(counters, how.isEmpty() ? "may have run" : "may have run: " + how, null);
  }

  private static Disposition dead(Counters counters, String reason, @Nullable Throwable error) {
    return new Disposition.Dead(counters, new Failure(reason, error));
  }
}
