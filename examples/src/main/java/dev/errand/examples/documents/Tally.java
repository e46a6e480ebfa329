package dev.errand.examples.documents;

import dev.errand.time.Time;
import dev.errand.worker.WorkerEvent;
import dev.errand.worker.WorkerListener;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Counts what a worker tells, by job, since another's jobs may be in the same queue. Thread-safe:
 * all is guarded by the object itself, which is notified of each event.
 */
final class Tally implements WorkerListener {
  private final Time time;
  private final Set<String> done = new HashSet<>();
  private final Map<String, String> dead = new HashMap<>();
  private final Map<String, Integer> retries = new HashMap<>();
  private final Map<String, Integer> returns = new HashMap<>();

  Tally(Time time) {
    this.time = time;
  }

  /**
   * How it stood at one moment.
   *
   * @param done jobs whose handler returned, each once
   * @param dead the reasons of the dead letters, by job
   * @param retries failed attempts that were followed by another
   * @param cameBack deliveries that came back from a worker that died with them
   */
  record Count(int done, Map<String, String> dead, int retries, int cameBack) {
    Count {
      dead = Map.copyOf(dead);
    }
  }

  @Override
  public synchronized void on(WorkerEvent event) {
    if (event instanceof WorkerEvent.Succeeded succeeded) {
      done.add(succeeded.job().id());
    } else if (event instanceof WorkerEvent.DeadLettered letter) {
      dead.put(letter.job().id(), reason(letter));
    } else if (event instanceof WorkerEvent.Retrying again) {
      retries.merge(again.job().id(), 1, Integer::sum);
    } else if (event instanceof WorkerEvent.CameBack back) {
      returns.merge(back.job().id(), 1, Integer::sum);
    }
    notifyAll();
  }

  /** Of the jobs that are meant. */
  synchronized Count count(Predicate<String> meant) {
    Map<String, String> letters = new HashMap<>(dead);
    letters.keySet().removeIf(meant.negate());
    return new Count(
        (int) done.stream().filter(meant).count(),
        letters,
        sum(retries, meant),
        sum(returns, meant));
  }

  /** How many of these jobs are done or dead. */
  synchronized int settled(Collection<String> jobs) {
    return (int)
        jobs.stream().filter(job -> done.contains(job) || dead.containsKey(job)).count();
  }

  /**
   * Waits until more of these jobs are settled than before; returns how many, at the latest then.
   */
  synchronized int awaitMore(int before, Collection<String> jobs, Duration atMost)
      throws InterruptedException {
    long began = time.nanoTime();
    int now = settled(jobs);
    long left = atMost.toMillis();
    while (now <= before && left > 0) {
      wait(left);
      now = settled(jobs);
      left = atMost.minusNanos(time.nanoTime() - began).toMillis();
    }
    return now;
  }

  private static String reason(WorkerEvent.DeadLettered letter) {
    Throwable error = letter.error();
    return error == null
        ? letter.reason()
        : error.getClass().getSimpleName() + ": " + error.getMessage();
  }

  private static int sum(Map<String, Integer> counts, Predicate<String> meant) {
    return counts.entrySet().stream()
        .filter(each -> meant.test(each.getKey()))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
