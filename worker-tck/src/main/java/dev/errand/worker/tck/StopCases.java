package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.tck.kit.Patience;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** J: a stop at any time, and many of them. */
abstract class StopCases extends Cases {
  private static final int RESTARTS = 20;

  /** A round trip, on a machine that has much else to do, and less than a stop waits for one. */
  private static final Duration ROUND_TRIP = Duration.ofSeconds(3);

  StopCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("J4 a stop during a retry's settling waits for it: the retry is there, once")
  void stopDuringARetry() {
    Task<String> task = Task.of("fail", String.class)
        .on(bench().name("queue"))
        // Longer than the stop is watched, so that it is not due before the stop has begun.
        .retrying(RetryPolicy.every(Duration.ofSeconds(2)).attempts(5));
    String queue = bench().queueOf(task);
    Broker broker = bench().broker();
    Worker worker = bench().start(bench().worker(broker).handle(task, (payload, context) -> {
      if (payload.equals("slow")) {
        bench().journal().hold(payload, context);
      } else {
        bench().journal().ran(payload, context);
      }
      if (context.attempt() == 1) {
        throw new IllegalStateException("once");
      }
    }));
    // What a delay needs for the first time stands then.
    bench().client().enqueue(task, "first");
    bench().await("a retry ran", () -> bench().journal().runsOf("first").size() == 2);
    bench().client().enqueue(task, "slow");
    bench().await("it runs", () -> bench().journal().running() == 1);

    bench().server().holdAnswers();
    bench().journal().release();
    bench().await("it failed", () -> bench().journal().ended() == 1);
    CompletableFuture<StopReport> stop = bench().stop(worker);
    bench().watch("the stop waits", Duration.ofMillis(500), () -> !stop.isDone());
    bench().server().flow();

    StopReport report = bench().get(stop, "stopped");
    assertThat(report.unsettled()).as(report.toString()).isEmpty();
    Bench.Taker taker = bench().taker(queue);
    bench().await("the retry comes", () -> !taker.messages().isEmpty());
    bench().watch("once", Duration.ofMillis(500), () -> taker.messages().size() == 1);
    assertThat(WireFormat.count(taker.messages().get(0), WireFormat.ATTEMPT, 1)).isEqualTo(2);
    assertThat(taker.redeliveries()).isZero();
  }

  @Test
  @DisplayName(
      "J5 a stop during a stop, during the start, from a handler: each ends, and all report"
          + " the same")
  void stopAtAnyTime() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    Broker broker = bench().broker();
    assertOrderly(stopTwice(bench().start(running(broker, task))));

    bench().server().stop();
    assertOrderly(stopTwice(bench().start(running(broker, task))));
    bench().server().start();
    broker.ready(Patience.LONGEST);

    AtomicReference<Worker> own = new AtomicReference<>();
    AtomicReference<StopReport> within = new AtomicReference<>();
    own.set(bench().start(bench().worker(broker).handle(task, (payload, context) -> {
      within.set(own.get().stop());
      bench().journal().ran(payload, context);
    })));
    bench().client().enqueue(task, "stops its worker");
    bench().await("its worker stops", () -> own.get().isStopped());
    assertThat(within.get().faults()).as("told at once that it goes on").isNotEmpty();
    assertOrderly(bench().get(bench().stop(own.get()), "stopped"));
    assertThat(bench().drain(bench().queueOf(task))).as("its job is done with").isEmpty();
  }

  private WorkerBuilder running(Broker broker, Task<String> task) {
    return bench().worker(broker).handle(task, bench().journal()::ran);
  }

  private StopReport stopTwice(Worker worker) {
    CompletableFuture<StopReport> one = bench().stop(worker);
    CompletableFuture<StopReport> other = bench().stop(worker);
    StopReport report = bench().get(one, "stopped");
    assertThat(bench().get(other, "stopped by another")).isEqualTo(report);
    assertThat(worker.isStopped()).isTrue();
    return report;
  }

  private static void assertOrderly(StopReport report) {
    assertThat(report.orderly()).as(report.toString()).isTrue();
  }

  @Test
  @DisplayName("J6 idle: a stop ends within one round trip")
  void idleStopsAtOnce() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    Worker worker = bench().start(running(bench().broker(), task));
    bench().client().enqueue(task, "before");
    bench().await("it has worked", () -> !bench().journal().runs().isEmpty());

    long begin = bench().time().nanoTime();
    CompletableFuture<StopReport> stop = bench().stop(worker);
    // Where time stands still, it needs none.
    boolean unusedAtOnce = bench().happensAtOnce(stop::isDone);
    StopReport report = bench().get(stop, "stopped");
    Duration taken = Duration.ofNanos(bench().time().nanoTime() - begin);

    assertThat(taken).as("a stop with nothing to do; %s", report).isLessThan(ROUND_TRIP);
    assertOrderly(report);
  }

  @Test
  @DisplayName("J7 20 rolling restarts cost a job no attempt and kill no prefetched job")
  void rollingRestartsCostNothing() {
    Task<String> task =
        Task.of("hold", String.class).on(bench().name("queue")).retrying(RetryPolicy.never());
    List<String> payloads = List.of("a", "b", "c", "d");
    bench().client().enqueueAll(task, payloads);
    for (int restart = 1; restart <= RESTARTS; restart++) {
      int times = restart;
      Broker broker = bench().broker();
      Worker worker = bench()
          .start(bench()
              .worker(broker)
              .concurrency(1)
              .prefetch(4)
              .gracePeriod(Duration.ZERO)
              .handle(task, bench().journal()::hold));
      bench().await("one runs", () -> bench().journal().runs().size() == times);
      StopReport report = bench().get(bench().stop(worker), "stopped");
      assertThat(report.interrupted()).as(report.toString()).hasSize(1);
      bench().cutOff(broker);
    }

    Bench.Taker dead = bench().taker(WireFormat.deadLettersOf(bench().queueOf(task)));
    bench().journal().release();
    Worker last =
        bench().start(bench().worker(bench().broker()).handle(task, bench().journal()::hold));
    bench()
        .await(
            "the last runs all, or they are dead",
            () -> bench().journal().ended() + dead.messages().size() >= payloads.size());
    bench().get(bench().stop(last), "stopped");
    assertThat(dead.messages()).as("dead").isEmpty();
    assertThat(bench().journal().runs())
        .extracting(Journal.Run::attempt)
        .as("attempts")
        .containsOnly(1);
    assertThat(bench().journal().runs().subList(RESTARTS, RESTARTS + payloads.size()))
        .extracting(Journal.Run::payload)
        .containsExactlyInAnyOrderElementsOf(payloads);
  }

  @Test
  @DisplayName(
      "J8 a job that 20 shutdowns interrupted is said: it is longer than every grace period")
  void interruptedForEver() {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    bench().client().enqueue(task, "long", EnqueueOptions.withId("long"));
    Told told = new Told();
    for (int stop = 1; stop <= WorkerEvent.MANY_INTERRUPTIONS; stop++) {
      assertThat(told.all(WorkerEvent.NeverEnds.class))
          .as("told before stop %s", stop)
          .isEmpty();
      Broker broker = bench().broker();
      Worker worker = bench()
          .start(bench()
              .worker(broker)
              .gracePeriod(Duration.ZERO)
              .listener(told)
              .handle(task, bench().journal()::hold));
      bench().await("it runs", () -> bench().journal().running() == 1);
      bench().get(bench().stop(worker), "stopped");
      bench().cutOff(broker);
    }

    assertThat(told.all(WorkerEvent.Interrupted.class)).hasSize(20);
    assertThat(told.all(WorkerEvent.NeverEnds.class)).singleElement().satisfies(endless -> {
      assertThat(endless.job().id()).isEqualTo("long");
      assertThat(endless.interruptions()).isEqualTo(20);
    });
  }
}
