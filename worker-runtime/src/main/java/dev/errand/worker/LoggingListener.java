package dev.errand.worker;

import static java.util.stream.Collectors.joining;

import dev.errand.codec.WireFormat;
import dev.errand.time.DurationText;
import dev.errand.worker.decide.Failure;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each event: a job's at DEBUG, the worker's at INFO, WARN says what happens next, ERROR needs
 * a human.
 */
final class LoggingListener implements WorkerListener {
  /** Events that come with every job, so that a quiet log costs a look-up and no more. */
  private static final Set<Class<? extends WorkerEvent>> PER_JOB = Set.of(
      WorkerEvent.Succeeded.class,
      WorkerEvent.Retrying.class,
      WorkerEvent.Deferred.class,
      WorkerEvent.FailedInHand.class,
      WorkerEvent.CameBack.class,
      WorkerEvent.PutAside.class,
      WorkerEvent.SettleGone.class);

  private static final String SOONER =
      "Let handlers end sooner or at an interrupt, or give a longer grace period.";

  private static final String FEWER =
      "Give the worker a smaller prefetch, or the task a shorter time-out.";

  private static final String SHORTER =
      "Give the worker a smaller prefetch, or the tasks that it runs time-outs, or shorter ones.";

  /** Of a stack: enough to see where it hangs. */
  private static final int FRAMES = 30;

  private static final String NOT_BEGUN =
      " What had not begun waits in its queue, and it cost no attempt. Leave it to another worker, or start one.";

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** Who sends names by chance must not fill the log, nor the heap. */
  private static final int MOST_NAMES = 100;

  /** The tasks, and what of them, that were told to wait. */
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();

  /** The jobs that were told to run still. */
  private final Set<List<String>> stillRunning = ConcurrentHashMap.newKeySet();

  @Override
  public void on(WorkerEvent event) {
    if (PER_JOB.contains(event.getClass())) {
      if (LOG.isDebugEnabled()) {
        job(event);
      }
    } else {
      worker(event);
    }
  }

  private static void job(WorkerEvent event) {
    if (event instanceof WorkerEvent.Succeeded done) {
      LOG.debug(
          "Done in {}: {}",
          DurationText.of(done.took().truncatedTo(ChronoUnit.MILLIS)),
          done.job());
    } else if (event instanceof WorkerEvent.Retrying again) {
      withStack(
          again.error(),
          error -> LOG.debug(
              "Failed, tried again in {}: {}: {}",
              DurationText.of(again.delay()),
              again.job(),
              again.reason(),
              error));
    } else if (event instanceof WorkerEvent.Deferred later) {
      LOG.debug(
          "Put off for {}: {}: {}", DurationText.of(later.delay()), later.job(), later.reason());
    } else if (event instanceof WorkerEvent.FailedInHand failed) {
      withStack(
          failed.error(),
          error -> LOG.debug(
              "Failed in hand, call {}, called again in {}: {}: {}",
              failed.calls(),
              DurationText.of(failed.pause()),
              failed.job(),
              new Failure("it threw", failed.error()).text(),
              error));
    } else if (event instanceof WorkerEvent.CameBack back) {
      LOG.debug(
          "Came back, return {}, goes {}: {}",
          back.returns(),
          back.returns() == 1 ? "to its queue's end" : "into its queue's lane",
          back.job());
    } else if (event instanceof WorkerEvent.PutAside aside) {
      LOG.debug(
          "Put aside for {}, as another suspect is in hand: {}",
          DurationText.of(aside.delay()),
          aside.job());
    } else if (event instanceof WorkerEvent.SettleGone gone) {
      LOG.debug("Gone before it was settled, will be delivered again: {}", gone.job());
    } else {
      throw new AssertionError(event);
    }
  }

  private void worker(WorkerEvent event) {
    String name = event.worker();
    if (event instanceof WorkerEvent.Started started) {
      LOG.info(
          "Worker '{}' takes jobs from {} with {} threads.",
          name,
          started.queues(),
          started.concurrency());
    } else if (event instanceof WorkerEvent.Consuming consuming) {
      LOG.info("Worker '{}' consumes '{}'.", name, consuming.queue());
    } else if (event instanceof WorkerEvent.Discarded discarded) {
      LOG.info(
          "Worker '{}' discards {}. Reason: {}",
          name,
          discarded.job(),
          sentence(discarded.reason()));
    } else if (event instanceof WorkerEvent.Expired expired) {
      LOG.info("Worker '{}' drops {}: it expired at {}.", name, expired.job(), expired.at());
    } else if (event instanceof WorkerEvent.Paused) {
      LOG.info("Worker '{}' is paused: it takes no jobs until it is told to resume.", name);
    } else if (event instanceof WorkerEvent.Resumed) {
      LOG.info("Worker '{}' takes jobs again.", name);
    } else if (event instanceof WorkerEvent.Stopping stopping) {
      LOG.info(
          "Worker '{}' stops; running jobs have {} to end.",
          name,
          DurationText.of(stopping.gracePeriod()));
    } else if (event instanceof WorkerEvent.Stopped stopped) {
      stopped(name, stopped.report());
    } else {
      trouble(name, event);
    }
  }

  private void trouble(String name, WorkerEvent event) {
    if (event instanceof WorkerEvent.Recovering lost) {
      LOG.warn(
          "Worker '{}' gets no jobs from '{}', and goes on by itself when it can. {}",
          name,
          lost.queue(),
          lost.reason());
    } else if (event instanceof WorkerEvent.Silent silent) {
      LOG.warn(
          "Worker '{}' got no job from '{}' for {}, though {} waited and there was room. It is consumed anew.",
          name,
          silent.queue(),
          DurationText.of(silent.silence()),
          silent.waiting());
    } else if (event instanceof WorkerEvent.DeadLettered dead) {
      withStack(
          dead.error(),
          error -> LOG.warn(
              "Worker '{}' gives up on {}. Reason: {} It goes to '{}'. {}",
              name,
              dead.job(),
              sentence(dead.reason()),
              WireFormat.deadLettersOf(dead.job().queue()),
              dead.remedy(),
              error));
    } else if (event instanceof WorkerEvent.Suspected suspected) {
      LOG.warn(
          "Worker '{}' got {} back from a worker that was lost while it ran, time {}. It is tried again, and dead-lettered at the third. Look at what ended that worker.",
          name,
          suspected.job(),
          suspected.crashes());
    } else if (event instanceof WorkerEvent.Waiting waits) {
      waits(name, waits);
    } else if (event instanceof WorkerEvent.StillRuns still) {
      stillRuns(name, still);
    } else if (event instanceof WorkerEvent.Interrupted cut) {
      LOG.warn("Worker '{}' interrupts and gives back {}. {}", name, cut.job(), SOONER);
    } else if (event instanceof WorkerEvent.SettleFailed failed) {
      LOG.warn(
          "Worker '{}' cannot settle {}. It tries again by itself in {}. {}",
          name,
          failed.job(),
          DurationText.of(failed.retryIn()),
          failed.error().getMessage());
    } else if (event instanceof WorkerEvent.CutOff cut) {
      LOG.error(
          "Worker '{}' gets no more jobs from '{}': its broker was closed under it. Close the worker first.",
          name,
          cut.queue());
    } else if (event instanceof WorkerEvent.DeclarationFailed failed) {
      LOG.warn(
          failed.takesJobs()
              ? "Worker '{}' cannot declare all that '{}' needs, and takes its jobs as it stands. {}"
              : "Worker '{}' takes no jobs from '{}' for now, and declares it again by itself. {}",
          name,
          failed.queue(),
          failed.error().getMessage());
    } else if (event instanceof WorkerEvent.Fault fault) {
      withStack(fault.error(), error -> LOG.error("Worker '{}': {}", name, fault.what(), error));
    } else {
      overtime(name, event);
    }
  }

  private static void overtime(String name, WorkerEvent event) {
    if (event instanceof WorkerEvent.NeverEnds endless) {
      LOG.error(
          "Worker '{}' has interrupted {} once more. That was interruption {}: it runs longer than every grace period, and begins anew with each. Give its worker a longer grace period, and the platform a later kill, or cut the job into parts.",
          name,
          endless.job(),
          endless.interruptions());
    } else if (event instanceof WorkerEvent.Stuck stuck) {
      LOG.error(
          "Worker '{}' gives up thread '{}'. The handler of {} ran for {} and ignores the interrupt of its time-out. The job has failed, whatever it does now. Let it end at an interrupt. It is at\n{}",
          name,
          stuck.thread(),
          stuck.job(),
          DurationText.of(stuck.ran().truncatedTo(ChronoUnit.MILLIS)),
          frames(stuck.stack()));
    } else if (event instanceof WorkerEvent.RunsLong longer) {
      LOG.warn(
          "Worker '{}' has run {} for {} on thread '{}', and its task has no time-out. It goes on. Where that is not meant, give the task one, by Task.timeout. It is at\n{}",
          name,
          longer.job(),
          DurationText.of(longer.ran().truncatedTo(ChronoUnit.MILLIS)),
          longer.thread(),
          frames(longer.stack()));
    } else if (event instanceof WorkerEvent.Starved starved) {
      LOG.error(
          "Worker '{}' begins no job, though one of queue '{}' has waited in hand for {} or more and a thread is free. {}",
          name,
          starved.queue(),
          DurationText.of(starved.silence()),
          WorkerEvent.Starved.REMEDY);
    } else if (event instanceof WorkerEvent.SlotLost lost) {
      LOG.error(
          "Worker '{}' can run {} jobs at once for now. {} handlers are stuck, and there is no thread for others until one of them ends, or the machine has one. Let handlers end at an interrupt, and start the process anew.",
          name,
          lost.slots(),
          lost.stuck());
    } else {
      times(name, event);
    }
  }

  private static String frames(List<StackTraceElement> stack) {
    return stack.stream().limit(FRAMES).map(frame -> "\tat " + frame).collect(joining("\n"));
  }

  private static void times(String name, WorkerEvent event) {
    if (event instanceof WorkerEvent.GivenBack back) {
      LOG.warn(
          "Worker '{}' gives back {}. It waited {} in hand and has not begun. {}",
          name,
          back.job(),
          DurationText.of(back.waited().truncatedTo(ChronoUnit.MILLIS)),
          SHORTER);
    } else if (event instanceof WorkerEvent.HeldTooLong held) {
      LOG.warn(
          "Worker '{}' may hold a job of task '{}' for too long. The server takes it for lost after {}, and (1 + prefetch {} / concurrency {}) x time-out {} are {}. {} Or raise the server's consumer time-out, and say so in the address, by ?consumer-timeout=TIME.",
          name,
          held.task(),
          DurationText.of(held.consumerTimeout()),
          held.prefetch(),
          held.concurrency(),
          DurationText.of(held.timeout()),
          DurationText.of(held.held()),
          FEWER);
    } else if (event instanceof WorkerEvent.GraceTooLong grace) {
      LOG.warn(
          "Worker '{}' may be killed before its stop has ended. With its grace period of {} a stop takes up to {}, and containers are killed after {} unless they are given more. Say when this process is killed, by killedAfter, or give a shorter grace period.",
          name,
          DurationText.of(grace.gracePeriod()),
          DurationText.of(grace.longestStop()),
          DurationText.of(grace.killTime()));
    } else {
      throw new AssertionError(event);
    }
  }

  /** The first of its kind for a human, who deploys or not; each other adds nothing. */
  private void waits(String name, WorkerEvent.Waiting event) {
    if (waiting.size() < MOST_NAMES && waiting.add(event.reason())) {
      LOG.warn(
          "Worker '{}' does not know {}. It waits for a worker that does. Reason: {} Deploy that worker; this line is written once for each reason.",
          name,
          event.job(),
          sentence(event.reason()));
    } else if (LOG.isDebugEnabled()) {
      LOG.debug(
          "Not known, comes again in {}: {}: {}",
          DurationText.of(event.delay().truncatedTo(ChronoUnit.MILLIS)),
          event.job(),
          event.reason());
    }
  }

  /**
   * The first of a job for a human, who looks at the run; it comes each minute while that lasts.
   */
  private void stillRuns(String name, WorkerEvent.StillRuns event) {
    Job job = event.job();
    if (stillRunning.size() < MOST_NAMES && stillRunning.add(List.of(job.queue(), job.id()))) {
      LOG.warn(
          "Worker '{}' does not begin {}, as an earlier run of it goes on here, whose connection was lost, or which ignores its time-out. It comes again in {}, and as often as that takes. Let its handler end at an interrupt, and give its task a time-out, by Task.timeout; where that run never ends, start the process anew. This line is written once for each job.",
          name,
          job,
          DurationText.of(event.delay()));
    } else if (LOG.isDebugEnabled()) {
      LOG.debug("Still runs, comes again in {}: {}", DurationText.of(event.delay()), job);
    }
  }

  private static String sentence(String reason) {
    return reason.endsWith(".") ? reason : reason + ".";
  }

  /**
   * Writes a line with the stack of an error, and without where that cannot be had. Never fails.
   */
  static void withStack(@Nullable Throwable thrown, Consumer<@Nullable Throwable> line) {
    try {
      line.accept(thrown);
    } catch (Throwable hostile) {
      // A logger asks the error for its message, which an application's own may fail to say.
      withoutStack(line);
    }
  }

  private static void withoutStack(Consumer<@Nullable Throwable> line) {
    try {
      line.accept(null);
    } catch (Throwable unlogged) {
      // The log itself fails, as where its disk is full: nothing is left to tell that to.
    }
  }

  private static void stopped(String name, StopReport report) {
    if (report.orderly()) {
      int givenBack = report.givenBack();
      LOG.info(
          "Worker '{}' has stopped; {} given back.{}",
          name,
          givenBack == 1 ? "1 job" : givenBack + " jobs",
          givenBack == 0 ? "" : NOT_BEGUN);
    } else {
      LOG.warn(
          "Worker '{}' has stopped, but not in order. {}{}",
          name,
          report,
          report.handlersEnded() ? "" : " " + SOONER);
    }
  }
}
