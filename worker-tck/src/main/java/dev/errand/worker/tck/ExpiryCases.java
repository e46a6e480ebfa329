package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.DeadLetters;
import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** G: expiry. */
abstract class ExpiryCases extends Cases {
  private static final Duration SOON = Duration.ofMillis(500);

  /** Time enough to fail before, on a machine that has much else to do. */
  private static final Duration LATER = Duration.ofSeconds(10);

  /** Beyond the end of any case. */
  private static final Duration LATE = Duration.ofHours(1);

  /** When jobs whose handlers ran were to expire, by what their handlers saw of it. */
  private final Map<String, Object> expiries = new ConcurrentHashMap<>();

  private final Collection<String> expired = new ConcurrentLinkedQueue<>();

  ExpiryCases(WorkerContract contract) {
    super(contract);
  }

  private Task<String> task() {
    return Task.of("expiring", String.class).on(bench().name("queue"));
  }

  /** Fails a job at its first attempt where its payload says so, and keeps when it expires. */
  private Worker start(Broker broker, Task<String> task) {
    return bench()
        .start(bench()
            .worker(broker)
            .listener(event -> {
              if (event instanceof WorkerEvent.Expired over) {
                expired.add(over.job().id());
              }
            })
            .handle(task, (payload, context) -> {
              bench().journal().ran(payload, context);
              expiries.put(
                  payload + " " + context.attempt(),
                  context.headers().getOrDefault(WireFormat.EXPIRES_AT, "never"));
              if (payload.startsWith("fails") && context.attempt() == 1) {
                throw new IllegalStateException(payload);
              }
            }));
  }

  private boolean hasRun(String payload) {
    return !bench().journal().runsOf(payload).isEmpty();
  }

  private void awaitPassed(Instant instant) {
    bench().await(instant + " has passed", () -> bench().time().instant().isAfter(instant));
  }

  @Test
  @DisplayName("G1 a job that has not expired runs")
  void unexpiredRuns() {
    Task<String> task = task();
    Broker broker = bench().broker();
    start(broker, task);

    bench().client().enqueue(task, "lasting", EnqueueOptions.withExpiry(LATE));
    bench().client().enqueue(task, "last");

    bench().await("the last runs", () -> hasRun("last"));
    bench().await("the first ends", () -> hasRun("lasting") || !expired.isEmpty());
    assertThat(hasRun("lasting")).as("it runs").isTrue();
    assertThat(expired).isEmpty();
  }

  @Test
  @DisplayName("G2 an expired job is not run but acknowledged, and an event tells it")
  void expiredIsDropped() {
    Task<String> task = task();
    TaskClient client = bench().client();
    client.enqueue(task, "stale", EnqueueOptions.withExpiry(SOON).id("mine"));
    awaitPassed(bench().time().instant().plus(SOON));

    Worker worker = start(bench().broker(), task);
    client.enqueue(task, "fresh");
    bench().await("the next one runs", () -> hasRun("fresh"));
    bench().await("the first ends", () -> hasRun("stale") || !expired.isEmpty());
    bench().get(bench().stop(worker), "stopped");

    assertThat(hasRun("stale")).as("the expired one ran").isFalse();
    assertThat(expired).containsExactly("mine");
    assertThat(bench().drain(bench().queueOf(task))).as("left in the queue").isEmpty();
    assertThat(bench().drain(WireFormat.deadLettersOf(bench().queueOf(task))))
        .as("dead")
        .isEmpty();
  }

  @Test
  @DisplayName("G3 a delay and a retry keep the expiry; a redrive drops it, passed or not")
  void expiryIsKept() {
    Task<String> task =
        task().retrying(RetryPolicy.every(Duration.ofMillis(700)).attempts(2));
    Task<String> once = task.retrying(RetryPolicy.never());
    Broker broker = bench().broker();
    Worker worker = start(broker, task);
    TaskClient client = bench().client();
    client.enqueue(
        task, "fails, and lasts", EnqueueOptions.in(Duration.ofMillis(200)).expiry(LATE));
    client.enqueue(task, "fails, and expires", EnqueueOptions.withExpiry(SOON).id("mine"));

    bench().await("a retry runs", () -> expiries.containsKey("fails, and lasts 2"));
    bench()
        .await(
            "the other ends",
            () -> expired.contains("mine") || expiries.containsKey("fails, and expires 2"));
    assertThat(expiries.get("fails, and lasts 1")).as("after the delay").isInstanceOf(Long.class);
    assertThat(expiries.get("fails, and lasts 2"))
        .as("after the retry")
        .isEqualTo(expiries.get("fails, and lasts 1"));
    assertThat(expired).as("expired before its retry").containsExactly("mine");
    bench().get(bench().stop(worker), "stopped");
    redrive(broker, once);
  }

  private void redrive(Broker broker, Task<String> once) {
    Worker worker = start(broker, once);
    TaskClient client = bench().client();
    client.enqueue(once, "fails for long", EnqueueOptions.withExpiry(LATE));
    client.enqueue(once, "fails for a while", EnqueueOptions.withExpiry(LATER));
    Instant over = bench().time().instant().plus(LATER);
    DeadLetters letters = DeadLetters.of(broker, bench().queueOf(once)).every(Duration.ZERO);
    bench().await("both are dead", () -> bench().ready(broker, deadLetters(once)) == 2);
    bench().get(bench().stop(worker), "stopped");
    awaitPassed(over);
    expiries.clear();

    assertThat(bench()
            .get(bench().calling(() -> letters.redrive(letter -> true)), "redriven")
            .taken())
        .isEqualTo(2);
    start(broker, once);
    bench().await("both run again, or expire", () -> expiries.size() + expired.size() == 3);

    assertThat(expiries)
        .as("expiries of what was redriven")
        .containsOnly(
            Map.entry("fails for long 1", "never"), Map.entry("fails for a while 1", "never"));
  }

  private String deadLetters(Task<String> task) {
    return WireFormat.deadLettersOf(bench().queueOf(task));
  }

  @Test
  @DisplayName("G4 an expiry that is not after the due time is refused at enqueue")
  void expiryBeforeDueIsRefused() {
    Task<String> task = task();
    TaskClient client = bench().client();
    Instant now = bench().time().instant();
    client.enqueue(task, "last", EnqueueOptions.in(SOON).expiry(LATE));

    for (EnqueueOptions options : List.of(
        EnqueueOptions.withExpiry(now.minusSeconds(1)),
        EnqueueOptions.in(SOON).expiry(SOON),
        EnqueueOptions.at(now.plus(LATE)).expiry(now.plus(SOON)))) {
      assertThatIllegalArgumentException()
          .as("the refusal of an expiry that is %s", options.expiry())
          .isThrownBy(() -> client.enqueue(task, "never", options))
          .withMessageContainingAll("'expiring'", "expires at", "due at");
    }
    start(bench().broker(), task);
    bench().await("the last runs", () -> hasRun("last"));
    assertThat(hasRun("never")).as("refused, and sent").isFalse();
  }
}
