package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.errand.Discard;
import dev.errand.EnqueueOptions;
import dev.errand.GiveUp;
import dev.errand.RetryLater;
import dev.errand.Task;
import dev.errand.TimedOutException;
import dev.errand.broker.Message;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a handler decides, what expires, and what is called again in hand. */
@Timeout(60)
class VerdictsTest {
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Over before a pause is. */
  private static final Duration GRACE = Duration.ofMillis(10);

  /** After this each time-out of these tests is noticed. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  private final Stage stage = new Stage();
  private final Collection<String> seen = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void jobThatIsPutOff_runsAgainWhenItSaid_atTheSameAttempt() {
    stage.start(stage.worker().handle(GREET, (name, job) -> {
      seen.add(job.attempt() + " " + job.headers().get(WireFormat.DEFERRALS));
      if (seen.size() < 3) {
        throw new CompletionException(new RetryLater(Duration.ofMinutes(5), "full"));
      }
    }));
    stage.client.enqueue(GREET, "Ann");

    WorkerEvent.Deferred event = stage.events.await(WorkerEvent.Deferred.class);
    assertThat(event.reason()).isEqualTo("full");
    assertThat(event.delay()).isEqualTo(Duration.ofMinutes(5));
    stage.time.advance(Duration.ofMinutes(5).minusMillis(1));
    assertThat(seen).hasSize(1);
    stage.time.advance(Duration.ofMillis(1));
    stage.events.await(WorkerEvent.Deferred.class, 2);
    stage.time.advance(Duration.ofMinutes(5));
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("1 null", "1 1", "1 2");
  }

  @Test
  void jobThatIsPutOffForEver_isDead_withTheReasonOfTheHandler() {
    Task<String> task = GREET.retrying(RetryPolicy.DEFAULT.deferrals(2));
    stage.start(stage.worker().handle(task, (name, job) -> {
      throw new RetryLater(Duration.ZERO, "full");
    }));
    stage.client.enqueue(task, "Ann");

    assertThat(stage.events.await(WorkerEvent.DeadLettered.class).reason())
        .isEqualTo("full; put off 2 times before, and its policy allows 2");
    stage.stop();
    assertThat(stage.events.all(WorkerEvent.Deferred.class)).hasSize(2);
    assertThat(stage.dead().get(0).headers())
        .containsEntry(WireFormat.ATTEMPT, 1)
        .containsEntry(WireFormat.DEFERRALS, 2);
  }

  @Test
  void jobThatIsGivenUp_isDeadAtOnce_withItsCause() {
    stage.start(stage.worker().handle(GREET, (name, job) -> {
      throw new GiveUp("no such account", new IOException("404"));
    }));
    stage.client.enqueue(GREET, "Ann");

    assertThat(stage.events.await(WorkerEvent.DeadLettered.class).reason())
        .isEqualTo("no such account: java.io.IOException: 404");
    stage.stop();
    assertThat(stage.dead().get(0).headers())
        .containsEntry(WireFormat.FAILURE_REASON, "no such account")
        .containsEntry(WireFormat.FAILURE_TYPE, "java.io.IOException")
        .containsEntry(WireFormat.FAILURE_MESSAGE, "404")
        .containsKey(WireFormat.FAILURE_STACK)
        .containsEntry(WireFormat.ATTEMPT, 1);
  }

  @Test
  void verdictsWithoutAReason_areWhatTheySay_andTheNextJobRuns() {
    stage.start(stage.worker().concurrency(1).prefetch(1).handle(GREET, (name, job) -> {
      String silent = new IOException().getMessage();
      switch (name) {
        case "Ann" -> throw new GiveUp(silent);
        case "Bob" -> throw new Discard(silent);
        default -> seen.add(name);
      }
    }));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob", "Cid"));

    assertThat(stage.events.await(WorkerEvent.DeadLettered.class).reason()).isEmpty();
    assertThat(stage.events.await(WorkerEvent.Discarded.class).reason()).isEmpty();
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("Cid");
    assertThat(stage.dead())
        .singleElement()
        .satisfies(
            letter -> assertThat(letter.headers()).containsEntry(WireFormat.FAILURE_REASON, ""));
    assertThat(stage.events.all(WorkerEvent.Fault.class)).isEmpty();
    assertThat(stage.events.all(WorkerEvent.SettleGone.class)).isEmpty();
  }

  @Test
  void policyThatThrowsACheckedException_endsTheJob_andNoThread() {
    Task<String> task = GREET.retrying(RetryPolicy.by((attempt, error) -> {
      VerdictsTest.<RuntimeException>throwUndeclared(new IOException("no table of delays"));
      return Optional.empty();
    }));
    stage.start(stage.worker().concurrency(1).handle(task, (name, job) -> {
      throw new ArithmeticException(name);
    }));
    stage.client.enqueueAll(task, List.of("Ann", "Bob"));

    assertThat(stage.events.await(WorkerEvent.DeadLettered.class, 2).reason())
        .isEqualTo("attempt 1 failed, and then its policy: java.io.IOException: no table of delays:"
            + " java.lang.ArithmeticException: Bob");
    stage.stop();
    assertThat(stage.dead()).hasSize(2);
  }

  /** As code without checked exceptions throws it. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void throwUndeclared(Throwable thrown) throws E {
    throw (E) thrown;
  }

  @Test
  void jobThatIsDiscarded_isGone_andTold() {
    stage.start(stage.worker().handle(GREET, (name, job) -> {
      throw new Discard("cancelled");
    }));
    stage.client.enqueue(GREET, "Ann");

    assertThat(stage.events.await(WorkerEvent.Discarded.class).reason()).isEqualTo("cancelled");
    stage.stop();
    assertThat(stage.report(QUEUE).ready()).isZero();
    assertThat(stage.dead()).isEmpty();
    assertThat(stage.events.all(WorkerEvent.Succeeded.class)).isEmpty();
  }

  @Test
  void stop_whoseInterruptMakesAHandlerGiveUp_costsNothing() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Worker worker = stage.start(stage.worker().gracePeriod(GRACE).handle(GREET, (name, job) -> {
      running.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException told) {
        throw new GiveUp("no such account", told);
      }
    }));
    stage.client.enqueue(GREET, "Ann");
    running.await();

    assertThat(stopped(worker).interrupted()).hasSize(1);
    assertThat(stage.dead()).isEmpty();
    assertThat(stage.waiting().get(0).headers()).containsEntry(WireFormat.INTERRUPTIONS, 1);
  }

  @Test
  void stop_whoseInterruptEndsAJobThatHadWaitedForAWorker_endsItsWaiting() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Worker worker = stage.start(stage.worker().gracePeriod(GRACE).handle(GREET, (name, job) -> {
      running.countDown();
      new CountDownLatch(1).await();
    }));
    stage.publish(foreign("1").header(WireFormat.WAITING_SINCE, 0L).build());
    running.await();

    assertThat(stopped(worker).interrupted()).hasSize(1);
    assertThat(stage.waiting().get(0).headers())
        .containsEntry(WireFormat.INTERRUPTIONS, 1)
        .doesNotContainKey(WireFormat.WAITING_SINCE);
  }

  @Test
  void stop_whoseInterruptAHandlerAnswersByAVerdict_isWhatItSays() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Worker worker = stage.start(stage.worker().gracePeriod(GRACE).handle(GREET, (name, job) -> {
      running.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException told) {
        throw new GiveUp("half of it is done");
      }
    }));
    stage.client.enqueue(GREET, "Ann");
    running.await();

    assertThat(stopped(worker).interrupted()).hasSize(1);
    assertThat(stage.dead().get(0).headers())
        .containsEntry(WireFormat.FAILURE_REASON, "half of it is done")
        .doesNotContainKey(WireFormat.FAILURE_TYPE);
  }

  /** Stops it, and has its grace period pass. */
  private StopReport stopped(Worker worker) {
    CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
    stage.passDeadline(GRACE);
    return stop.join();
  }

  @Test
  void jobThatIsTooOldForAnotherAttempt_isDead_whoeverSaidWhenItBegan() {
    Task<String> task =
        GREET.retrying(RetryPolicy.every(Duration.ofSeconds(5)).within(Duration.ofSeconds(12)));
    stage.start(stage.worker().handle(task, (name, job) -> {
      throw new IOException(name);
    }));
    stage.client.enqueue(task, "Ann");
    stage.events.await(WorkerEvent.Retrying.class, 1);
    stage.time.advance(Duration.ofSeconds(5));
    stage.events.await(WorkerEvent.Retrying.class, 2);
    stage.time.advance(Duration.ofSeconds(5));

    assertThat(stage.events.await(WorkerEvent.DeadLettered.class).reason())
        .isEqualTo("attempt 3 failed; it is 10 s old, in 5 s it would be older than the 12 s that"
            + " its policy allows: java.io.IOException: Ann");

    stage.publish(foreign("2").timestamp(stage.time.instant().minusSeconds(8)).build());
    assertThat(stage.events.await(WorkerEvent.DeadLettered.class, 2).reason())
        .startsWith("attempt 1 failed; it is 8 s old");
    stage.publish(foreign("3").build());
    stage.events.await(WorkerEvent.Retrying.class, 3);
    stage.publish(foreign("4")
        .header(WireFormat.ENQUEUED_AT, 0L)
        .header(WireFormat.REDRIVEN_AT, stage.time.millis())
        .build());
    stage.events.await(WorkerEvent.Retrying.class, 4);
    stage.stop();
  }

  private static Message.Builder foreign(String id) {
    return Message.of(id, "\"Bob\"".getBytes(UTF_8)).type("greet");
  }

  @Test
  void jobThatHasExpired_isNotRun_andTold() {
    stage.client.enqueue(GREET, "Ann", EnqueueOptions.withExpiry(Duration.ofSeconds(5)));
    stage.client.enqueue(GREET, "Bob", EnqueueOptions.withExpiry(Duration.ofMillis(5_001)));
    stage.time.advance(Duration.ofSeconds(5));
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));

    assertThat(stage.events.await(WorkerEvent.Expired.class).at()).isEqualTo(stage.time.instant());
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("Bob");
    assertThat(stage.report(QUEUE).ready()).isZero();
    assertThat(stage.dead()).isEmpty();
  }

  @Test
  void jobOfANewerFormat_waits_whateverItSaysOfItsExpiry() {
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    stage.publish(foreign("1")
        .header(WireFormat.FORMAT, WireFormat.VERSION + 1)
        .header(WireFormat.EXPIRES_AT, stage.time.millis())
        .build());

    stage.events.await(WorkerEvent.Waiting.class);
    stage.stop();
    assertThat(stage.events.all(WorkerEvent.Expired.class)).isEmpty();
  }

  @Test
  void jobWhoseExpiryIsNoTime_runs() {
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    stage.publish(foreign("1").header(WireFormat.EXPIRES_AT, "soon").build());
    stage.publish(foreign("2").header(WireFormat.EXPIRES_AT, Long.MIN_VALUE).build());

    stage.events.await(WorkerEvent.Succeeded.class, 2);
    stage.stop();
    assertThat(seen).containsExactly("Bob", "Bob");
  }

  private static Task<String> inHand(int times) {
    return GREET.retrying(RetryPolicy.every(Duration.ofSeconds(5))
        .attempts(2)
        .givingUpOn(ArithmeticException.class)
        .inHand(times, PAUSE));
  }

  /** Moves the clock once the pause waits on it. */
  private void passPause(int calls) {
    awaitPause(calls);
    stage.time.advance(PAUSE);
  }

  private void awaitPause(int calls) {
    assertThat(stage.events.await(WorkerEvent.FailedInHand.class, calls).pause())
        .isEqualTo(PAUSE);
    Awaitility.await().until(() -> stage.time.untilNext().filter(PAUSE::equals).isPresent());
  }

  @Test
  void handlerThatFails_isCalledAgainInHand_atTheSameAttempt() {
    Task<String> task = inHand(3);
    stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add(job.attempt() + " at " + stage.time.instant());
      if (seen.size() < 3) {
        throw new IOException("lost a race");
      }
    }));
    stage.client.enqueue(task, "Ann");
    passPause(1);
    passPause(2);

    assertThat(stage.events.await(WorkerEvent.Succeeded.class).took())
        .isEqualTo(PAUSE.multipliedBy(2));
    stage.stop();
    assertThat(stage.events.all(WorkerEvent.FailedInHand.class))
        .extracting(WorkerEvent.FailedInHand::calls)
        .containsExactly(1, 2);
    assertThat(seen)
        .containsExactly(
            "1 at 2030-01-01T12:00:00Z",
            "1 at 2030-01-01T12:00:00.050Z",
            "1 at 2030-01-01T12:00:00.100Z");
  }

  @Test
  void handlerThatFailsEachCallInHand_hasFailedOneAttempt() {
    Task<String> task = inHand(2);
    stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add("" + job.attempt());
      throw new IOException("call " + seen.size());
    }));
    stage.client.enqueue(task, "Ann");
    passPause(1);
    passPause(2);

    assertThat(stage.events.await(WorkerEvent.Retrying.class).reason())
        .isEqualTo("attempt 1 failed: java.io.IOException: call 3");
    stage.stop();
    assertThat(seen).containsExactly("1", "1", "1");
  }

  @Test
  void handlerWhoseTimeoutIsOverBeforeTheNextCallInHand_hasFailedAsItDid() {
    Task<String> task = inHand(3).timeout(PAUSE.multipliedBy(2));
    stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add("" + job.remaining().map(Duration::toMillis));
      throw new IOException("call " + seen.size());
    }));
    stage.client.enqueue(task, "Ann");
    passPause(1);

    try {
      assertThat(stage.events.await(WorkerEvent.Retrying.class).reason())
          .isEqualTo("attempt 1 failed: java.io.IOException: call 2");
    } finally {
      // Whatever pauses still would hold up the stop for ever.
      stage.time.advance(NOTICED);
    }
    stage.stop();
    assertThat(seen).containsExactly("Optional[100]", "Optional[50]");
    assertThat(stage.events.all(WorkerEvent.FailedInHand.class)).hasSize(1);
  }

  @Test
  void handlerThatIsTimedOutInALaterCallInHand_hasFailedWithBothErrors() throws Exception {
    Task<String> task = inHand(3).timeout(NOTICED.minus(Ticker.PAUSE));
    CountDownLatch second = new CountDownLatch(1);
    stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add(name);
      if (seen.size() == 1) {
        throw new IOException("lost a race");
      }
      second.countDown();
      new CountDownLatch(1).await();
    }));
    stage.client.enqueue(task, "Ann");
    passPause(1);
    second.await();
    stage.time.advance(NOTICED);

    assertThat(stage.events.await(WorkerEvent.Retrying.class).error())
        .isInstanceOf(TimedOutException.class)
        .hasSuppressedException(new IOException("lost a race"));
    stage.stop();
  }

  @Test
  void handlerThatLeavesAnInterruptBehind_isCalledAgainInHand() {
    Task<String> task = inHand(1);
    stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add(name);
      Thread.currentThread().interrupt();
      throw new IOException("lost a race");
    }));
    stage.client.enqueue(task, "Ann");
    passPause(1);

    stage.events.await(WorkerEvent.Retrying.class);
    stage.stop();
    assertThat(seen).containsExactly("Ann", "Ann");
  }

  @Test
  void bodyThatACodecFailsOn_isNotCalledAgainInHand() {
    Task<String> task = inHand(3);
    stage.start(stage.worker().codec(new BrokenCodec()).handle(task, (name, job) -> {}));
    stage.client.enqueue(task, "Ann");

    stage.events.await(WorkerEvent.Retrying.class);
    stage.stop();
    assertThat(stage.events.all(WorkerEvent.FailedInHand.class)).isEmpty();
  }

  /** Of a class that cannot be read here. */
  private static final class BrokenCodec implements PayloadCodec {
    @Override
    public String contentType() {
      return PayloadCodec.json().contentType();
    }

    @Override
    public <P> byte[] write(P payload, Class<P> type) {
      return PayloadCodec.json().write(payload, type);
    }

    @Override
    public <P> P read(byte[] body, Class<P> type) {
      throw new IllegalStateException("no such class");
    }
  }

  @Test
  void jobWhoseConnectionIsLost_isNotCalledAgainInHand() {
    Task<String> task = inHand(3);
    stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add("returns " + job.headers().get(WireFormat.RETURNS));
      if (seen.size() == 1) {
        throw new IOException("lost a race");
      }
    }));
    stage.client.enqueue(task, "Ann");
    awaitPause(1);
    Faults.of(stage.broker).stop();
    stage.events.await(WorkerEvent.Recovering.class);
    stage.time.advance(PAUSE);

    stage.events.await(WorkerEvent.SettleGone.class);
    Faults.of(stage.broker).start();
    stage.time.advance(Duration.ofSeconds(1));
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("returns null", "returns 1");
  }

  @Test
  void verdictsAndWhatItsPolicyGivesUpOn_areNotCalledAgainInHand() {
    Task<String> task = inHand(3);
    stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add(name);
      if (name.equals("Ann")) {
        throw new ArithmeticException();
      }
      throw new GiveUp("no");
    }));
    stage.client.enqueue(task, "Ann");
    stage.client.enqueue(task, "Bob");

    stage.events.await(WorkerEvent.DeadLettered.class, 2);
    stage.stop();
    assertThat(seen).containsExactlyInAnyOrder("Ann", "Bob");
    assertThat(stage.events.all(WorkerEvent.FailedInHand.class)).isEmpty();
  }

  @Test
  void jobThatMustNeverRunTwice_isNotCalledAgainInHand_norWherePutOff() {
    Task<String> task = GREET.retrying(RetryPolicy.never().inHand(3, PAUSE)).atMostOnce();
    stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add(name);
      throw name.equals("Ann") ? new IOException("lost a race") : new RetryLater(PAUSE, "full");
    }));
    stage.client.enqueueAll(task, List.of("Ann", "Bob"));

    stage.events.await(WorkerEvent.DeadLettered.class, 2);
    stage.stop();
    assertThat(seen).containsExactlyInAnyOrder("Ann", "Bob");
    assertThat(stage.events.all(WorkerEvent.FailedInHand.class)).isEmpty();
    assertThat(stage.events.all(WorkerEvent.Deferred.class)).isEmpty();
    assertThat(stage.dead())
        .extracting(letter -> letter.headers().get(WireFormat.FAILURE_REASON))
        .containsExactlyInAnyOrder("attempt 1 of 1 failed", "may have run: put off: full");
  }

  @Test
  void deadLetter_saysWhatToDo_byWhatEndedIt() {
    Task<String> task = GREET.retrying(RetryPolicy.never()).atMostOnce();
    stage.start(stage.worker().handle(task, (name, job) -> {
      switch (name) {
        case "fails" -> throw new IOException("no ink");
        case "gives up" -> throw new GiveUp("no such account");
        default -> throw new RetryLater(PAUSE, "full");
      }
    }));
    stage.client.enqueueAll(task, List.of("fails", "gives up", "put off"));

    stage.events.await(WorkerEvent.DeadLettered.class, 3);
    assertThat(stage.events.all(WorkerEvent.DeadLettered.class))
        .extracting(WorkerEvent.DeadLettered::reason, dead -> dead.remedy().split("[:,]")[0])
        .containsExactlyInAnyOrder(
            tuple("attempt 1 of 1 failed: java.io.IOException: no ink", "Mend the cause"),
            tuple("no such account", "Its handler has decided so"),
            tuple("may have run: put off: full", "Look whether it was done"));
  }

  @Test
  void stop_endsAPauseInHand_andItsJobIsGivenBack() {
    Task<String> task = inHand(3);
    Worker worker = stage.start(stage.worker().gracePeriod(GRACE).handle(task, (name, job) -> {
      seen.add(name);
      throw new IOException("lost a race");
    }));
    stage.client.enqueue(task, "Ann");
    stage.events.await(WorkerEvent.FailedInHand.class);

    assertThat(stopped(worker).stillRunning()).isEmpty();
    assertThat(seen).containsExactly("Ann");
    assertThat(stage.waiting().get(0).headers())
        .containsEntry(WireFormat.INTERRUPTIONS, 1)
        .containsEntry(WireFormat.ATTEMPT, 1);
  }

  @Test
  void stop_whileAHandlerRuns_letsItsCallsInHandBeMade() throws Exception {
    Task<String> task = inHand(3);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Worker worker = stage.start(stage.worker().handle(task, (name, job) -> {
      seen.add(name);
      running.countDown();
      go.await();
      if (seen.size() < 3) {
        throw new IOException("lost a race");
      }
    }));
    stage.client.enqueue(task, "Ann");
    running.await();
    CompletableFuture<StopReport> stopped = stage.stopElsewhere(worker);
    stage.events.await(WorkerEvent.Stopping.class);
    go.countDown();
    passPause(1);
    passPause(2);

    assertThat(stopped.join().orderly()).isTrue();
    assertThat(seen).containsExactly("Ann", "Ann", "Ann");
    assertThat(stage.events.all(WorkerEvent.Succeeded.class)).hasSize(1);
  }

  @Test
  void interruptThatAListenerLeavesBehind_endsNoCallInHand() {
    Task<String> task = inHand(1);
    stage.start(stage
        .worker()
        .listener(event -> {
          if (event instanceof WorkerEvent.FailedInHand) {
            Thread.currentThread().interrupt();
          }
        })
        .handle(task, (name, job) -> {
          seen.add(name);
          throw new IOException("lost a race");
        }));
    stage.client.enqueue(task, "Ann");
    passPause(1);

    stage.events.await(WorkerEvent.Retrying.class);
    stage.stop();
    assertThat(seen).containsExactly("Ann", "Ann");
  }
}
