package dev.errand.worker;

import java.util.List;
import java.util.stream.Collectors;

/**
 * How a worker was at one moment: whether it lives, whether it takes jobs, and why not. Immutable.
 *
 * @param reasons what is to be said of it, mostly why it is not ready; none where all is well
 */
public record Health(List<Reason> reasons) {
  /** Copies the reasons. */
  public Health {
    reasons = List.copyOf(reasons);
  }

  /**
   * Whether it works, or will again by itself or by what somebody else mends; false where nothing
   * but another start helps.
   */
  public boolean live() {
    return reasons.stream().noneMatch(reason -> reason.kind().needsStart());
  }

  /** Whether jobs come from every queue, and what is done with them is settled. */
  public boolean ready() {
    return reasons.stream().noneMatch(reason -> reason.kind().endsReadiness());
  }

  /** Ready, or not and why, in sentences. */
  @Override
  public String toString() {
    String why = reasons.stream().map(Reason::sentence).collect(Collectors.joining(" "));
    String how = ready() ? "Ready. " : live() ? "Not ready. " : "Not live. ";
    return (how + why).strip();
  }

  /**
   * One thing that is to be said.
   *
   * @param subject the queue or the thread that it is about; empty where it is the whole worker
   * @param sentence what is so, with the values, what follows, and what to do; for people
   */
  public record Reason(Kind kind, String subject, String sentence) {}

  /** What can be wrong. */
  public enum Kind {
    /** It was told to stop, or has stopped. */
    STOPPING,
    /** It was told to take no jobs, until it is told to go on. */
    PAUSED,
    /** The broker has not confirmed that it sends a queue's jobs; that is tried by itself. */
    NOT_CONSUMING,
    /** What a queue needs was refused, and none of its jobs are taken; it is declared again. */
    REFUSED,
    /** The broker was closed under it. */
    CUT_OFF,
    /**
     * Half of what it may have of a queue in hand waits for the broker to take what it is settled
     * by: that was refused, or has had no answer for 5 s.
     */
    CLOGGED,
    /** Jobs waited and there was room, but none came; the subscription was made again. */
    SILENT,
    /**
     * Jobs wait in hand and threads are free, but the JVM does not run them: handlers on virtual
     * threads hold all that carry these.
     */
    STARVED,
    /** A handler without a time-out runs for long; it is ready all the same. */
    RUNS_LONG,
    /**
     * A thread of its handlers does not go on, so that one job less runs at once: a listener, a
     * codec or the broker holds it for more than a minute, or a handler without a time-out runs for
     * long though its job's connection is lost.
     */
    SLOT_STUCK,
    /**
     * Fewer jobs run at once than its concurrency, as more handlers than that ignore that their
     * time is over, or the machine has no further thread in the place of one that does; until one
     * of them ends, or there is a thread.
     */
    SLOTS_MISSING,
    /**
     * No job can begin: all threads of its handlers are given up, or a listener, a codec or the
     * broker holds them for more than a minute, or they run on for jobs whose connection was lost
     * and have no time-out, each for four times of what is {@link #RUNS_LONG}: an hour, or twice
     * the consumer time-out that the server names.
     */
    SLOTS_LOST,
    /** A thread of its own ended by a fault. */
    THREAD_ENDED,
    /** A thread of its own does not go on. */
    THREAD_STUCK;

    /** Whether nothing but another start ends it. */
    public boolean needsStart() {
      return switch (this) {
        case CUT_OFF, SLOTS_LOST, THREAD_ENDED, THREAD_STUCK -> true;
        case STOPPING,
            PAUSED,
            NOT_CONSUMING,
            REFUSED,
            CLOGGED,
            SILENT,
            STARVED,
            RUNS_LONG,
            SLOT_STUCK,
            SLOTS_MISSING -> false;
      };
    }

    /** Whether it is not ready for this. */
    public boolean endsReadiness() {
      return this != RUNS_LONG;
    }
  }
}
