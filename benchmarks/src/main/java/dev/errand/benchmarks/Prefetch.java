package dev.errand.benchmarks;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.Time;
import dev.errand.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * What prefetch does to jobs of different length, at a concurrency of 8: prints, for each prefetch,
 * how many times as long as with the default one it takes to drain a queue. Turns are interleaved
 * and the medians compared, so that the machine's mood falls on all alike.
 *
 * <p>Argument: rounds (default 5).
 */
public final class Prefetch {
  private static final int CONCURRENCY = 8;
  private static final int USUAL = 16;
  private static final List<Integer> PREFETCHES = List.of(1, 4, 8, USUAL, 64, 256);

  /** Empty jobs; jobs of 5 ms; and few jobs of 50 ms for two workers, of which one comes later. */
  private enum Load {
    EMPTY(10_000, 0),
    SHORT(2_000, 5),
    SHARED(256, 50);

    private final int jobs;
    private final int millis;

    Load(int jobs, int millis) {
      this.jobs = jobs;
      this.millis = millis;
    }
  }

  /** What one turn measures. */
  private record Case(Load load, int prefetch) {}

  private final Task<Note> task = Task.of("benchmarks.note", Note.class).on("bench.prefetch");
  private final String address;

  private Prefetch(String address) {
    this.address = address;
  }

  /** Runs it; each line is one prefetch. */
  public static void main(String... arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    try (RabbitNode node = RabbitServer.privateNode()) {
      new Prefetch(node.address()).run(rounds);
    }
  }

  private void run(int rounds) throws InterruptedException {
    Map<Case, List<Double>> seconds = new HashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (int prefetch : PREFETCHES) {
        for (Load load : Load.values()) {
          double took = turn(load, prefetch);
          // The first round warms up.
          if (round > 0) {
            seconds
                .computeIfAbsent(new Case(load, prefetch), fresh -> new ArrayList<>())
                .add(took);
          }
        }
      }
    }
    System.out.println("prefetch   empty jobs   jobs of 5 ms   jobs of 50 ms, 2 workers");
    for (int prefetch : PREFETCHES) {
      System.out.printf(
          Locale.ROOT,
          "%8d %12.2f %14.2f %26.2f%n",
          prefetch,
          ratio(seconds, prefetch, Load.EMPTY),
          ratio(seconds, prefetch, Load.SHORT),
          ratio(seconds, prefetch, Load.SHARED));
    }
  }

  private static double ratio(Map<Case, List<Double>> seconds, int prefetch, Load load) {
    return median(seconds, new Case(load, prefetch)) / median(seconds, new Case(load, USUAL));
  }

  private static double median(Map<Case, List<Double>> seconds, Case wanted) {
    List<Double> sorted = new ArrayList<>(seconds.getOrDefault(wanted, List.of()));
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  /** Seconds from a worker's start to the end of the last job. */
  private double turn(Load load, int prefetch) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(load.jobs);
    try (Broker first = Broker.open(address);
        Broker second = Broker.open(address)) {
      first.ready(Duration.ofSeconds(10));
      second.ready(Duration.ofSeconds(10));
      TaskClient.on(first).enqueueAll(task, Collections.nCopies(load.jobs, Note.of(1)));
      List<Worker> workers = new ArrayList<>();
      try {
        long begun = Time.system().nanoTime();
        workers.add(worker(first, load, prefetch, done));
        if (load == Load.SHARED) {
          // The first has taken what its prefetch allows; the second shares the rest.
          awaitLeft(done, load.jobs - CONCURRENCY);
          workers.add(worker(second, load, prefetch, done));
        }
        done.await();
        return (Time.system().nanoTime() - begun) / 1e9;
      } finally {
        workers.forEach(Worker::close);
      }
    }
  }

  private static void awaitLeft(CountDownLatch done, int left) throws InterruptedException {
    while (done.getCount() > left) {
      pause(1);
    }
  }

  private Worker worker(Broker broker, Load load, int prefetch, CountDownLatch done) {
    return Worker.on(broker)
        .handle(task, (note, job) -> {
          pause(load.millis);
          done.countDown();
        })
        .concurrency(CONCURRENCY)
        .prefetch(prefetch)
        .start();
  }

  /** As a job that waits for someone else. */
  private static void pause(int millis) throws InterruptedException {
    if (millis > 0) {
      boolean unused = new Semaphore(0).tryAcquire(millis, MILLISECONDS);
    }
  }
}
