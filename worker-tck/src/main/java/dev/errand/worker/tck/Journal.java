package dev.errand.worker.tck;

import dev.errand.TaskContext;
import dev.errand.codec.WireFormat;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What the handlers of a case did, on the broker's time, and the gate that they can be held at. */
final class Journal {
  private final Time time;
  private final List<Run> runs = new CopyOnWriteArrayList<>();
  private final List<TaskContext> held = new CopyOnWriteArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger interrupted = new AtomicInteger();
  private final AtomicInteger returns = new AtomicInteger();
  private final CountDownLatch gate = new CountDownLatch(1);

  Journal(Time time) {
    this.time = time;
  }

  /** One attempt, and when it began. */
  record Run(String payload, String queue, int attempt, long nanos) {}

  void ran(String payload, TaskContext context) {
    runs.add(new Run(payload, context.queue(), context.attempt(), time.nanoTime()));
    if (context.headers().containsKey(WireFormat.RETURNS)) {
      returns.incrementAndGet();
    }
  }

  /** Runs until {@link #release} or an interrupt. */
  void hold(String payload, TaskContext context) throws InterruptedException {
    ran(payload, context);
    held.add(context);
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    try {
      gate.await();
      ended.incrementAndGet();
    } catch (InterruptedException told) {
      interrupted.incrementAndGet();
      throw told;
    } finally {
      running.decrementAndGet();
    }
  }

  /** The handler's process is gone: nothing of it goes on, until {@link #release}. */
  void cutOff() throws InterruptedException {
    gate.await();
  }

  void release() {
    gate.countDown();
  }

  int running() {
    return running.get();
  }

  /** The most that ever ran at once. */
  int most() {
    return most.get();
  }

  /** How many were held and ended by themselves. */
  int ended() {
    return ended.get();
  }

  /** How many runs were of jobs that had come back. */
  int returns() {
    return returns.get();
  }

  int interrupted() {
    return interrupted.get();
  }

  /** Whether a held handler is told that its worker stops. */
  boolean stopping() {
    return held.stream().anyMatch(TaskContext::cancelled);
  }

  List<Run> runs() {
    return List.copyOf(runs);
  }

  List<Run> runsOf(String payload) {
    return runs.stream().filter(run -> run.payload().equals(payload)).toList();
  }

  List<Integer> attemptsOf(String payload) {
    return runsOf(payload).stream().map(Run::attempt).toList();
  }

  /** The time between the beginnings of two attempts that follow each other. */
  List<Duration> pausesOf(String payload) {
    List<Run> all = runsOf(payload);
    return IntStream.range(1, all.size())
        .mapToObj(i -> Duration.ofNanos(all.get(i).nanos() - all.get(i - 1).nanos()))
        .toList();
  }

  /** The time from when an attempt first began to when the next one first did. */
  Duration pauseBefore(int attempt, String payload) {
    return Duration.ofNanos(firstOf(attempt, payload) - firstOf(attempt - 1, payload));
  }

  private long firstOf(int attempt, String payload) {
    return runsOf(payload).stream()
        .filter(run -> run.attempt() == attempt)
        .mapToLong(Run::nanos)
        .min()
        .orElseThrow(() -> new AssertionError("No attempt " + attempt + " in " + this));
  }

  @Override
  public String toString() {
    return "runs " + runs + ", running " + running + ", at most " + most + ", ended " + ended
        + ", interrupted " + interrupted;
  }
}
