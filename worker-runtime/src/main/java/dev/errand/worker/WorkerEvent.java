package dev.errand.worker;

import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Something that happened in a worker. Immutable. */
public sealed interface WorkerEvent {
  /** From how many interruptions on {@link NeverEnds} is told: more than any week of deploys. */
  int MANY_INTERRUPTIONS = 20;

  /**
   * From when on {@link RunsLong} is told where the server names no consumer time-out: half of what
   * a RabbitMQ has unless said.
   */
  Duration LONG_RUN = Duration.ofMinutes(15);

  /** Which worker. */
  String worker();

  /** It has begun to take jobs from these queues, or will when the broker is there. */
  record Started(String worker, Set<String> queues, int concurrency) implements WorkerEvent {}

  /** The broker has confirmed that it sends us this queue's jobs. */
  record Consuming(String worker, String queue) implements WorkerEvent {}

  /** No jobs come from this queue; the broker's connection heals itself, and begins again. */
  record Recovering(String worker, String queue, String reason) implements WorkerEvent {}

  /** The broker was closed before the worker: no job comes from this queue any more. */
  record CutOff(String worker, String queue) implements WorkerEvent {}

  /**
   * A part of what it needs on the broker for this queue is missing, different or forbidden. Told
   * once for each reason. Where it takes no jobs it declares all again, after a second, then twice
   * as long each time, at most a minute; {@link Consuming} tells when that was accepted.
   *
   * @param parts the queue's, of which one was refused
   */
  record DeclarationFailed(String worker, String queue, List<Topology> parts, Throwable error)
      implements WorkerEvent {
    /**
     * Whether it takes the queue's jobs nevertheless: not where what stands there is different, or
     * the broker cannot have what is wanted, as a job would find less than it is promised. Where it
     * may not declare, somebody else may have.
     */
    public boolean takesJobs() {
      return !(error instanceof TopologyException refused
          && (refused.reason() == TopologyException.Reason.DIFFERENT
              || refused.reason() == TopologyException.Reason.UNSUPPORTED));
    }
  }

  /**
   * No job came from this queue for so long, though so many waited and there was room, while the
   * broker says that it sends them. Its subscription is made again; {@link Consuming} tells when
   * the broker has confirmed that.
   */
  record Silent(String worker, String queue, long waiting, Duration silence)
      implements WorkerEvent {}

  /** It takes no jobs until it is told to resume; those that run go on. */
  record Paused(String worker) implements WorkerEvent {}

  /** It takes jobs again. */
  record Resumed(String worker) implements WorkerEvent {}

  /** It stops: running jobs may end within the grace period. */
  record Stopping(String worker, Duration gracePeriod) implements WorkerEvent {}

  /** It has stopped. */
  record Stopped(String worker, StopReport report) implements WorkerEvent {}

  /**
   * The handler returned; the job is being acknowledged. Told before the broker has answered, so
   * that {@link SettleFailed} or {@link SettleGone} may follow, and after the latter the job again.
   */
  record Succeeded(String worker, Job job, Duration took) implements WorkerEvent {}

  /**
   * The attempt failed; another follows after this delay, or after the longest that the broker can
   * hold.
   *
   * @param reason what failed, with the error's class and message, at most 1000 characters
   * @param error what was thrown
   */
  record Retrying(String worker, Job job, String reason, Throwable error, Duration delay)
      implements WorkerEvent {}

  /**
   * The job goes to its queue's dead letters. Told before the broker has answered, so that
   * {@link SettleFailed} or {@link SettleGone} may follow, and after the latter the job again.
   *
   * @param reason what failed, with the error's class and message, at most 1000 characters; the
   *     header {@code errand-failure-reason} is without these, which have headers of their own
   * @param error what was thrown; null where nothing was
   * @param remedy what an operator does about it, in a sentence
   */
  record DeadLettered(
      String worker, Job job, String reason, @Nullable Throwable error, String remedy)
      implements WorkerEvent {}

  /**
   * The handler failed within an attempt, and is called again after this pause, as its policy says
   * by {@link dev.errand.retry.RetryPolicy#inHand}.
   *
   * @param calls how often it was called in this attempt
   */
  record FailedInHand(String worker, Job job, int calls, Throwable error, Duration pause)
      implements WorkerEvent {}

  /**
   * The handler put the job off, by {@link dev.errand.RetryLater}; it runs again after this delay,
   * or after the longest that the broker can hold, at the same attempt.
   */
  record Deferred(String worker, Job job, String reason, Duration delay) implements WorkerEvent {}

  /**
   * The handler found the job not worth doing any more, by {@link dev.errand.Discard}; it is being
   * acknowledged, as with {@link Succeeded}.
   */
  record Discarded(String worker, Job job, String reason) implements WorkerEvent {}

  /** The job was no longer worth running from this instant; it is being acknowledged, not run. */
  record Expired(String worker, Job job, Instant at) implements WorkerEvent {}

  /**
   * This worker does not know the job's task, its wire format or the version of its payload, but a
   * newer one may: the job comes again after this delay, until the deploy period is over.
   *
   * @param reason what it does not know
   */
  record Waiting(String worker, Job job, String reason, Duration delay) implements WorkerEvent {}

  /** The shutdown interrupted the job; it is given back and the interruption counted. */
  record Interrupted(String worker, Job job) implements WorkerEvent {}

  /**
   * The shutdown interrupted the job, as many before it did: it runs longer than every grace
   * period, so that it never ends. Told from the {@value #MANY_INTERRUPTIONS}th interruption on,
   * after {@link Interrupted}.
   *
   * @param interruptions how many
   */
  record NeverEnds(String worker, Job job, int interruptions) implements WorkerEvent {}

  /**
   * A handler goes on, though its time-out interrupted it {@link WorkerBuilder#UNWINDING} ago. Its
   * job has failed and is settled, and its thread given up: what the handler does now changes
   * nothing. Another thread takes its place, unless {@link SlotLost} follows.
   *
   * @param thread its thread's name
   * @param ran since when it runs
   * @param stack where it is, from the innermost call
   */
  record Stuck(String worker, Job job, String thread, Duration ran, List<StackTraceElement> stack)
      implements WorkerEvent {
    /** Copies the stack. */
    public Stuck {
      stack = List.copyOf(stack);
    }
  }

  /**
   * More handlers are stuck than the worker's concurrency, or the machine has no further thread:
   * the thread of the last is replaced only when one of them ends, or there is a thread. Until then
   * fewer jobs run at once.
   *
   * @param slots how many handlers can run now
   * @param stuck how many are stuck
   */
  record SlotLost(String worker, int slots, int stuck) implements WorkerEvent {}

  /**
   * A job of this queue waited in hand for so long, though a thread was free: the JVM did not run
   * that thread. So it is where handlers on virtual threads hold all threads that carry these, by
   * blocking in native code, or before Java 24 within {@code synchronized}. Told once, until a look
   * finds that jobs begin again.
   *
   * @param silence between two looks that found the same job waiting
   */
  record Starved(String worker, String queue, Duration silence) implements WorkerEvent {
    static final String REMEDY =
        "Handlers on virtual threads hold the processors, by computing, by blocking in native code"
            + " or, before Java 24, within 'synchronized'. Take a thread dump, and run what does"
            + " so on threads of the platform.";
  }

  /**
   * A handler whose task has no time-out has run for half the server's consumer time-out, or
   * {@link #LONG_RUN} where the server names none. It goes on; where it outlasts the whole of a
   * time-out that the server names, the server takes the worker for lost, and the job runs
   * elsewhere too. Told once for each job, within a {@linkplain WorkerBuilder#silence silence}.
   *
   * @param thread its thread's name
   * @param ran since when it runs
   * @param stack where it is, from the innermost call
   */
  record RunsLong(
      String worker, Job job, String thread, Duration ran, List<StackTraceElement> stack)
      implements WorkerEvent {
    /** Copies the stack. */
    public RunsLong {
      stack = List.copyOf(stack);
    }
  }

  /**
   * A job in hand waited half the server's consumer time-out for a handler and has not begun: it is
   * given back, at no cost, so that another worker may take it.
   */
  record GivenBack(String worker, Job job, Duration waited) implements WorkerEvent {}

  /**
   * A job of this task may be in hand for longer than the server lets it: it waits for those in
   * hand before it, and then runs, (1 + prefetch / concurrency) times the time-out in all. The
   * server then takes the worker for lost, and the job runs elsewhere too. Told once for each task,
   * when the worker first consumes.
   *
   * @param timeout the task's
   * @param prefetch jobs in hand, over all queues
   * @param held the longest that it may be in hand
   * @param consumerTimeout the longest that the server allows
   */
  record HeldTooLong(
      String worker,
      String task,
      Duration timeout,
      int prefetch,
      int concurrency,
      Duration held,
      Duration consumerTimeout)
      implements WorkerEvent {}

  /**
   * Nobody said when the process is killed, and its stop may last longer than containers are given.
   *
   * @param longestStop what a stop takes with that grace period, unless the broker is slow to
   *     answer
   * @param killTime what containers are given
   */
  record GraceTooLong(String worker, Duration gracePeriod, Duration longestStop, Duration killTime)
      implements WorkerEvent {}

  /**
   * It came back from a consumer that was lost with it: the first time it goes to the end of its
   * queue, from then on into its queue's lane, where each worker takes one at a time.
   */
  record CameBack(String worker, Job job, int returns) implements WorkerEvent {}

  /**
   * It came back from a worker that was lost while it had this job of the lane and no other: the
   * job is held to have taken the worker down. It goes to the end of the lane once more; the third
   * time it is dead-lettered instead, as "worker lost".
   */
  record Suspected(String worker, Job job, int crashes) implements WorkerEvent {}

  /**
   * It is suspected, and so is a job of another lane that this worker has in hand: it goes into its
   * lane again after this delay, so that a loss tells which of the two it was.
   */
  record PutAside(String worker, Job job, Duration delay) implements WorkerEvent {}

  /**
   * An earlier run of it goes on in this worker, whose connection was lost, or which ignores its
   * time-out: it does not begin beside that, but comes again after this delay, at no cost and as
   * often as that takes.
   */
  record StillRuns(String worker, Job job, Duration delay) implements WorkerEvent {}

  /** The broker refused to settle the job; that is tried again after this delay. */
  record SettleFailed(String worker, Job job, Throwable error, Duration retryIn)
      implements WorkerEvent {}

  /** The delivery was gone before it was settled: the broker delivers the job again. */
  record SettleGone(String worker, Job job) implements WorkerEvent {}

  /** A fault of ours, of a codec or of a listener, with what follows. */
  record Fault(String worker, String what, Throwable error) implements WorkerEvent {}
}
