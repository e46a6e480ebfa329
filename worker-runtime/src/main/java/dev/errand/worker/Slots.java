package dev.errand.worker;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Looks at what the threads of handlers do that no time-out ends. Asks nobody, and never blocks.
 */
record Slots(Dispatcher dispatcher, Holding holding, Herald herald, Time time) {
  /** For how long a thread may read, settle or tell: longer than all that takes by far. */
  static final Duration LONGEST_STEP = Duration.ofMinutes(1);

  /** So many times as long as runs for long, and nobody expects it to end. */
  private static final int ENDLESS = 4;

  /** Tells of each job once that runs for long and has no time-out. */
  void look() {
    dispatcher.threads().forEach(this::look);
  }

  private void look(HandlerThread thread) {
    runsLong(thread).filter(RunningJob::tellOnce).ifPresent(job -> {
      List<StackTraceElement> stack = List.of(thread.stack());
      herald.tell(new WorkerEvent.RunsLong(
          herald.worker(), job.bound().job(), thread.name(), job.took(), stack));
    });
  }

  /** The job without a time-out that has run for long; empty where none has. */
  Optional<RunningJob> runsLong(HandlerThread thread) {
    Duration longRun = holding.longRun();
    return thread
        .doing()
        .map(HandlerThread.Doing::job)
        .filter(job -> !job.hasTimeout() && job.took().compareTo(longRun) >= 0);
  }

  /** Whether it does not go on, and nobody ends that. */
  boolean hangs(HandlerThread thread) {
    return thread
        .doing()
        .filter(doing ->
            doing.job() == null && time.nanoTime() - doing.since() > LONGEST_STEP.toNanos())
        .isPresent();
  }

  /**
   * Whether it has run for long, and its job's connection was lost meanwhile, so that the job runs
   * elsewhere too. It goes on when that handler ends.
   */
  boolean runsForNothing(HandlerThread thread) {
    return runsLong(thread).filter(job -> job.bound().taken().gone()).isPresent();
  }

  /** Whether it runs for nothing, and has for so long that it is not held to end by itself. */
  boolean isEndless(HandlerThread thread) {
    return runsForNothing(thread)
        && runsLong(thread)
            .filter(job -> job.took().compareTo(endlessRun()) >= 0)
            .isPresent();
  }

  /** From when on what runs for nothing is not held to end by itself. */
  Duration endlessRun() {
    return holding.longRun().multipliedBy(ENDLESS);
  }
}
