package dev.errand.benchmarks;

import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.Time;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Takes turns between the raw client and Errand on a private server, and prints the medians of the
 * ratios: end to end (enqueue while consuming), drain (of what was enqueued before), and the
 * processor time of this process for each job.
 *
 * <p>Arguments: rounds (default 5), jobs of each round (default 30000).
 */
public final class EndToEnd {
  private static final int QUICK = 5_000;

  private EndToEnd() {}

  /**
   * One turn of one contender.
   *
   * @param endToEnd jobs per second, enqueued and consumed at once
   * @param drain jobs per second, consumed only
   * @param cpu nanoseconds of processor time per job, end to end
   */
  private record Turn(double endToEnd, double drain, double cpu) {}

  /** Runs it; the last line has the ratios. */
  public static void main(String... arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int jobs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30_000;
    try (RabbitNode node = RabbitServer.privateNode();
        Contender raw = new RawClient(node.address(), "bench.raw");
        Contender errand = new ErrandClient(node.address(), "bench.errand")) {
      for (int warmUp = 0; warmUp < 2; warmUp++) {
        turn(raw, QUICK);
        turn(errand, QUICK);
      }
      List<Turn> ofRaw = new ArrayList<>();
      List<Turn> ofErrand = new ArrayList<>();
      for (int round = 1; round <= rounds; round++) {
        ofRaw.add(turn(raw, jobs));
        ofErrand.add(turn(errand, jobs));
        report(round, ofRaw.get(round - 1), ofErrand.get(round - 1));
      }
      System.out.printf(
          Locale.ROOT,
          "end to end errand/raw %.2f   drain errand/raw %.2f   client cpu errand/raw %.2f%n",
          ratio(ofErrand, ofRaw, Turn::endToEnd),
          ratio(ofErrand, ofRaw, Turn::drain),
          ratio(ofErrand, ofRaw, Turn::cpu));
    }
  }

  private static void report(int round, Turn raw, Turn errand) {
    System.out.printf(
        Locale.ROOT,
        "round %d: raw %.0f jobs/s, drain %.0f, %.1f us cpu   errand %.0f jobs/s, drain %.0f, %.1f us cpu%n",
        round,
        raw.endToEnd(),
        raw.drain(),
        raw.cpu() / 1_000,
        errand.endToEnd(),
        errand.drain(),
        errand.cpu() / 1_000);
  }

  private static Turn turn(Contender contender, int jobs) throws Exception {
    long cpu = cpuNanos();
    long begun = Time.system().nanoTime();
    contender.consume(jobs);
    contender.enqueue(jobs);
    contender.drain();
    double endToEnd = perSecond(jobs, begun);
    double cpuEach = (double) (cpuNanos() - cpu) / jobs;
    contender.enqueue(jobs);
    begun = Time.system().nanoTime();
    contender.consume(jobs);
    contender.drain();
    return new Turn(endToEnd, perSecond(jobs, begun), cpuEach);
  }

  private static double perSecond(int jobs, long begun) {
    return jobs * 1e9 / (Time.system().nanoTime() - begun);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double ratio(List<Turn> one, List<Turn> other, ToDoubleFunction<Turn> figure) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      ratios.add(figure.applyAsDouble(one.get(i)) / figure.applyAsDouble(other.get(i)));
    }
    ratios.sort(null);
    return ratios.get(ratios.size() / 2);
  }
}
