package dev.errand.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a worker stopped, and what did not finish.
 *
 * @param givenBack how many jobs were given back because they had not begun
 * @param interrupted jobs that ran beyond the grace period: interrupted, and given back with the
 *     interruption counted and no attempt, unless their handlers returned or gave a verdict all the
 *     same
 * @param mayHaveRun such jobs that must never run twice: interrupted, and dead as "may have run",
 *     unless their handlers returned or gave up or discarded them all the same
 * @param stillRunning jobs whose handlers ignore their interrupt, by the stop or by their time-out:
 *     they were given back or have failed, and their threads go on until they return
 * @param unsettled jobs to whose settling the broker had not answered in time: they may run again
 * @param faults what else went wrong, one sentence each
 */
public record StopReport(
    int givenBack,
    List<Job> interrupted,
    List<Job> mayHaveRun,
    List<Job> stillRunning,
    List<Job> unsettled,
    List<String> faults) {
  /** Before anything is known. */
  static final StopReport NOTHING =
      new StopReport(0, List.of(), List.of(), List.of(), List.of(), List.of());

  /** Copies the lists. */
  public StopReport {
    interrupted = List.copyOf(interrupted);
    mayHaveRun = List.copyOf(mayHaveRun);
    stillRunning = List.copyOf(stillRunning);
    unsettled = List.copyOf(unsettled);
    faults = List.copyOf(faults);
  }

  StopReport withFault(String fault) {
    List<String> more = new ArrayList<>(faults);
    more.add(fault);
    return new StopReport(givenBack, interrupted, mayHaveRun, stillRunning, unsettled, more);
  }

  /** How many jobs were given back, and what did not finish, in sentences; where all did, that. */
  @Override
  public String toString() {
    if (orderly()) {
      return "All that had begun ended and is settled. " + notBegun();
    }
    List<String> sentences = new ArrayList<>(List.of(notBegun()));
    add(sentences, interrupted, "Interrupted, and given back unless that ended them");
    add(sentences, mayHaveRun, "Interrupted, and dead as they may have run unless that ended them");
    add(sentences, stillRunning, "Still running, as the handler ignores its interrupt");
    add(sentences, unsettled, "Without an answer of the broker, so that they may come again");
    sentences.addAll(faults);
    return String.join(" ", sentences);
  }

  private String notBegun() {
    return "Jobs given back, as they had not begun: " + givenBack + ".";
  }

  private static void add(List<String> sentences, List<Job> jobs, String what) {
    if (!jobs.isEmpty()) {
      String named = jobs.stream().map(Job::toString).collect(Collectors.joining(", "));
      sentences.add(what + ": " + named + ".");
    }
  }

  /** Whether every job that had begun ended by itself and was settled. */
  public boolean orderly() {
    return handlersEnded() && unsettled.isEmpty() && faults.isEmpty();
  }

  /** Whether every handler ended by itself. */
  boolean handlersEnded() {
    return interrupted.isEmpty() && mayHaveRun.isEmpty() && stillRunning.isEmpty();
  }
}
