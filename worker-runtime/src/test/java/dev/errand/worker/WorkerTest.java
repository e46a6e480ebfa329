package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.Upcasters;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerTest {
  private final Stage stage = new Stage();
  private final Collection<String> seen = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void job_whoseHandlerReturns_isAcknowledged() {
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    stage.client.enqueue(GREET, "Ann");

    Job job = stage.events.await(WorkerEvent.Succeeded.class).job();
    assertThat(job.task()).isEqualTo("greet");
    assertThat(job.attempt()).isEqualTo(1);
    stage.stop();
    assertThat(seen).containsExactly("Ann");
    assertThat(stage.report(QUEUE).ready()).isZero();
    assertThat(stage.dead()).isEmpty();
  }

  @Test
  void queueThatStandsDifferently_isNotConsumed_andTheOthersAre() {
    Task<String> other = Task.of("wave", String.class).on("waves");
    stage.broker.declare(Queue.named(QUEUE)).join();
    stage.publish(Message.of("4711", "\"Ann\"".getBytes(UTF_8)).type("greet").build());
    stage.start(stage
        .worker()
        .handle(GREET, (name, job) -> seen.add(name))
        .handle(other, (name, job) -> seen.add(name)));
    stage.client.enqueue(other, "Bob");

    WorkerEvent.DeclarationFailed failed = stage.events.await(WorkerEvent.DeclarationFailed.class);
    assertThat(failed.queue()).isEqualTo(QUEUE);
    assertThat(failed.takesJobs()).isFalse();
    assertThat(failed.parts())
        .containsExactly(
            Queue.named(QUEUE + ".dead"),
            Queue.named(QUEUE).overflow(QUEUE + ".dead"),
            Queue.named(QUEUE + ".returned").overflow(QUEUE + ".dead"));
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("Bob");
    assertThat(stage.report(QUEUE).ready()).isEqualTo(1);
    assertThat(stage.events.all(WorkerEvent.DeclarationFailed.class)).hasSize(1);
  }

  @Test
  void queueThatStandsDifferently_isConsumed_onceItIsMended_andItsTroubleIsToldOnce() {
    Faults faults = Faults.of(stage.broker);
    stage.broker.declare(Queue.named(QUEUE)).join();
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    stage.events.await(WorkerEvent.DeclarationFailed.class);
    stage.time.advance(Opening.FIRST_PAUSE);
    assertThat(stage.time.untilNext()).contains(Opening.FIRST_PAUSE.multipliedBy(2));

    faults.deleteQueue(QUEUE);
    stage.time.advance(Opening.FIRST_PAUSE.multipliedBy(2));
    stage.client.enqueue(GREET, "Ann");

    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("Ann");
    assertThat(stage.events.all(WorkerEvent.DeclarationFailed.class)).hasSize(1);
    assertThat(stage.events.all(WorkerEvent.Consuming.class)).hasSize(1);
  }

  @Test
  void queueThatStaysDifferent_isDeclaredAgain_eachMinuteInTheEnd_untilTheStop() {
    stage.broker.declare(Queue.named(QUEUE)).join();
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> {}));
    stage.events.await(WorkerEvent.DeclarationFailed.class);

    stage.time.advance(Duration.ofMinutes(5));

    assertThat(stage.time.untilNext())
        .hasValueSatisfying(
            next -> assertThat(next).isPositive().isLessThanOrEqualTo(Opening.LONGEST_PAUSE));
    assertThat(worker.stop().orderly()).isTrue();
    assertThat(stage.time.untilNext()).isEmpty();
    assertThat(stage.events.all(WorkerEvent.DeclarationFailed.class)).hasSize(1);
  }

  @Test
  void queueWhoseNextDeclarationTheBrokerThrowsAt_isToldToBeConsumedNoMore() {
    stage.broker.declare(Queue.named(QUEUE)).join();
    AtomicBoolean throwing = new AtomicBoolean();
    Worker worker = stage.start(Worker.on(declaringUntil(throwing))
        .name("test")
        .listener(stage.events)
        .handle(GREET, (name, job) -> {}));
    stage.events.await(WorkerEvent.DeclarationFailed.class);

    throwing.set(true);
    stage.time.advance(Opening.FIRST_PAUSE);

    assertThat(stage.events.await(WorkerEvent.Fault.class).error()).hasMessage("a fault of mine");
    assertThat(worker.stop().orderly()).isTrue();
  }

  /** The stage's broker, but for this: it throws at a declaration. */
  private Broker declaringUntil(AtomicBoolean throwing) {
    return (Broker) Proxy.newProxyInstance(
        Broker.class.getClassLoader(),
        new Class<?>[] {Broker.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals("declare") && throwing.get()) {
            throw new IllegalStateException("a fault of mine");
          }
          return method.invoke(stage.broker, arguments);
        });
  }

  @Test
  void context_ofAJob_tellsWhatIsKnown() {
    stage.start(stage
        .worker()
        .handle(
            GREET,
            (name, job) -> seen.add(job.task() + " " + job.queue() + " " + job.attempt() + " "
                + job.enqueuedAt() + " " + job.cancelled())));
    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("greet greetings 1 2030-01-01T12:00:00Z false");
  }

  @Test
  void failedJob_runsAgainAfterThePolicysDelay_untilItSucceeds() {
    stage.start(stage.worker().handle(GREET, (name, job) -> {
      seen.add("attempt " + job.attempt() + " at " + stage.time.instant());
      if (job.attempt() < 3) {
        throw new IOException("not yet");
      }
    }));
    stage.client.enqueue(GREET, "Ann");

    assertThat(stage.events.await(WorkerEvent.Retrying.class, 1).delay())
        .isEqualTo(Duration.ofSeconds(5));
    stage.time.advance(Duration.ofSeconds(5));
    stage.events.await(WorkerEvent.Retrying.class, 2);
    stage.time.advance(Duration.ofSeconds(5));
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen)
        .containsExactly(
            "attempt 1 at 2030-01-01T12:00:00Z",
            "attempt 2 at 2030-01-01T12:00:05Z",
            "attempt 3 at 2030-01-01T12:00:10Z");
    assertThat(stage.dead()).isEmpty();
  }

  @Test
  void jobThatGivesUp_goesToTheDeadLetters_withItsFacts() {
    stage.start(stage.worker().handle(GREET, (name, job) -> {
      throw new IOException("the printer burns", new IllegalStateException("no water"));
    }));
    stage.client.enqueue(GREET, "Änn");
    assertThat(stage.events.await(WorkerEvent.Retrying.class, 1).reason())
        .isEqualTo("attempt 1 failed: java.io.IOException: the printer burns");
    stage.time.advance(Duration.ofSeconds(5));
    stage.events.await(WorkerEvent.Retrying.class, 2);
    stage.time.advance(Duration.ofSeconds(5));
    assertThat(stage.events.await(WorkerEvent.DeadLettered.class).reason())
        .isEqualTo("attempt 3 of 3 failed: java.io.IOException: the printer burns");
    stage.stop();

    assertThat(stage.dead()).hasSize(1);
    Message letter = stage.dead().get(0);
    long start = stage.time.millis() - 10_000;
    assertThat(new String(letter.body(), UTF_8)).isEqualTo("\"Änn\"");
    assertThat(letter.type()).isEqualTo("greet");
    assertThat(letter.headers())
        .containsEntry(WireFormat.FAILURE_REASON, "attempt 3 of 3 failed")
        .containsEntry(WireFormat.FAILURE_TYPE, "java.io.IOException")
        .containsEntry(WireFormat.FAILURE_MESSAGE, "the printer burns")
        .containsEntry(WireFormat.ATTEMPT, 3)
        .containsEntry(WireFormat.FAILURE_FIRST_AT, start)
        .containsEntry(WireFormat.FAILURE_LAST_AT, start + 10_000)
        .containsEntry(WireFormat.QUEUE, QUEUE)
        .doesNotContainKey(WireFormat.DUE_AT);
    assertThat((String) letter.headers().get(WireFormat.FAILURE_STACK))
        .contains("WorkerTest", "Caused by: java.lang.IllegalStateException: no water");
    assertThat((String) letter.headers().get(WireFormat.FAILURE_WORKER)).startsWith("test, ");
  }

  @Test
  void bodyThatDoesNotParse_isDeadAtOnce_bodyIntact() {
    byte[] hostile = {'{', 0, -1, 'x'};
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    stage.publish(Message.of("1", hostile).type("greet").build());
    stage.events.await(WorkerEvent.DeadLettered.class);
    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("Ann");
    Message letter = stage.dead().get(0);
    assertThat(letter.body()).isEqualTo(hostile);
    assertThat(letter.headers())
        .containsEntry(WireFormat.FAILURE_REASON, "the body cannot be read")
        .containsEntry(WireFormat.ATTEMPT, 1);
  }

  @Test
  void payloadClassThatCannotBeMade_failsTheAttempt_asItsSenderIsNotAtFault() {
    Task<Runnable> run = Task.of("run", Runnable.class).on(QUEUE);
    stage.start(stage.worker().handle(run, (payload, job) -> seen.add("ran")));
    stage.publish(Message.of("1", "{}".getBytes(UTF_8)).type("run").build());

    assertThat(stage.events.await(WorkerEvent.Retrying.class).reason())
        .contains("java.lang.Runnable", "the class is at fault");
    stage.stop();
    assertThat(seen).isEmpty();
    assertThat(stage.dead()).isEmpty();
  }

  @Test
  void jobOfAnUnknownTask_waits_asItWasSent_andIsDeadAfterTheDeployPeriod() {
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    Message sent = Message.of("1", new byte[0])
        .type("praise")
        .header(WireFormat.INTERRUPTIONS, 3)
        .header("own", "kept")
        .build();
    stage.publish(sent);

    WorkerEvent.Waiting waits = stage.events.await(WorkerEvent.Waiting.class);
    assertThat(waits.reason()).isEqualTo("no handler for task 'praise'");
    assertThat(waits.delay()).isEqualTo(Duration.ofSeconds(1));
    long since = stage.time.millis();
    stage.time.advance(Duration.ofSeconds(1));
    assertThat(stage.events.await(WorkerEvent.Waiting.class, 2).delay())
        .isEqualTo(Duration.ofSeconds(1));
    // Turn by turn, so that time stands while a handler's thread decides.
    for (int turn = 2; stage.events.all(WorkerEvent.DeadLettered.class).isEmpty(); turn++) {
      int next = turn + 1;
      stage.time.advance(stage.events.await(WorkerEvent.Waiting.class, turn).delay());
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> stage.events.all(WorkerEvent.Waiting.class).size() == next
              || !stage.events.all(WorkerEvent.DeadLettered.class).isEmpty());
    }

    assertThat(stage.events.await(WorkerEvent.DeadLettered.class).reason())
        .isEqualTo("no handler for task 'praise', and no worker that knows it came within 24 h");
    stage.stop();
    assertThat(stage.dead()).singleElement().satisfies(letter -> {
      assertThat(letter.headers())
          .containsEntry(WireFormat.WAITING_SINCE, since)
          .containsEntry(WireFormat.INTERRUPTIONS, 3)
          .containsEntry(WireFormat.ATTEMPT, 1)
          .containsEntry("own", "kept");
    });
  }

  @Test
  void jobThatWaited_runs_andAtItsNextAttemptHasNotWaited() {
    stage.start(stage.worker().handle(GREET, (name, job) -> {
      seen.add(name + " " + job.headers().containsKey(WireFormat.WAITING_SINCE));
      throw new IllegalStateException("no");
    }));
    stage.publish(Message.of("1", "\"Ann\"".getBytes(UTF_8))
        .type("greet")
        .header(WireFormat.WAITING_SINCE, 0L)
        .build());

    stage.events.await(WorkerEvent.Retrying.class);
    stage.time.advance(Duration.ofSeconds(5));
    stage.events.await(WorkerEvent.Retrying.class, 2);
    assertThat(seen).containsExactly("Ann true", "Ann false");
  }

  @Test
  void jobWithoutAType_isDeadAtOnce() {
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    stage.publish(Message.of("2", new byte[0]).build());

    assertThat(stage.events.await(WorkerEvent.DeadLettered.class).reason())
        .isEqualTo("it has no type, which would name its task");
  }

  @Test
  void jobOfANewerFormatOrPayload_waits() {
    stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    Message.Builder job = Message.of("1", "\"Ann\"".getBytes(UTF_8)).type("greet");
    stage.publish(job.header(WireFormat.FORMAT, 2).build());
    stage.publish(job.header(WireFormat.FORMAT, null)
        .header(WireFormat.PAYLOAD_VERSION, 4)
        .build());

    stage.events.await(WorkerEvent.Waiting.class, 2);
    assertThat(stage.events.all(WorkerEvent.Waiting.class))
        .extracting(WorkerEvent.Waiting::reason)
        .containsExactlyInAnyOrder(
            "its wire format is version 2, and this worker reads up to 1",
            "its payload is version 4, and task 'greet' here reads up to 1");
    assertThat(seen).isEmpty();
  }

  @Test
  void jobOfAFormerName_isTheTasks_andKeepsItsName() {
    Task<String> renamed = Task.of("welcome", String.class).on(QUEUE).alias("greet");
    stage.start(stage.worker().handle(renamed, (name, job) -> seen.add(name)));
    stage.client.enqueue(GREET, "Ann");

    assertThat(stage.events.await(WorkerEvent.Succeeded.class).job().task()).isEqualTo("greet");
    assertThat(seen).containsExactly("Ann");
  }

  @Test
  void upcasterThatThrows_isAFailedAttempt() {
    Task<String> upcast = Task.of("greet", String.class)
        .on(QUEUE)
        .retrying(RetryPolicy.never())
        .version(2, Upcasters.from(1, String.class, name -> {
          throw new IllegalStateException("no upcast of " + name);
        }));
    stage.start(stage.worker().handle(upcast, (name, job) -> seen.add(name)));
    stage.client.enqueue(GREET, "Ann");

    assertThat(stage.events.await(WorkerEvent.DeadLettered.class).reason())
        .contains("attempt 1 of 1 failed", "no upcast of Ann");
  }

  @Test
  void error_ofAHandler_failsItsJobAndNoOther() {
    stage.start(stage.worker().concurrency(1).handle(GREET, (name, job) -> {
      if (name.equals("Bob")) {
        throw new StackOverflowError();
      }
      seen.add(name);
    }));
    stage.client.enqueue(GREET, "Bob");
    stage.client.enqueue(GREET, "Ann");

    assertThat(stage.events.await(WorkerEvent.Retrying.class).error())
        .isInstanceOf(StackOverflowError.class);
    stage.events.await(WorkerEvent.Succeeded.class);
    stage.stop();
    assertThat(seen).containsExactly("Ann");
  }

  @Test
  void errorThatCannotBeAsked_isRetriedAndDeadLettered_asAnyOther() {
    Task<String> twice = GREET.retrying(RetryPolicy.every(Duration.ofSeconds(5))
        .attempts(2)
        .givingUpOn(InterruptedIOException.class));
    stage.start(stage.worker().handle(twice, (name, job) -> {
      throw new Mute();
    }));
    stage.client.enqueue(twice, "Ann");
    stage.events.await(WorkerEvent.Retrying.class);
    stage.time.advance(Duration.ofSeconds(5));
    stage.events.await(WorkerEvent.DeadLettered.class);
    stage.stop();

    assertThat(stage.dead()).hasSize(1);
    assertThat(stage.dead().get(0).headers())
        .containsEntry(WireFormat.FAILURE_TYPE, Mute.class.getName())
        .containsKeys(WireFormat.FAILURE_MESSAGE, WireFormat.FAILURE_STACK);
    assertThat(stage.events.all(WorkerEvent.Fault.class)).isEmpty();
  }

  /** Answers no question. */
  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException();
    }
  }

  @Test
  void interruptFlag_leftByAHandler_doesNotReachTheNextJob() {
    stage.start(stage.worker().concurrency(1).handle(GREET, (name, job) -> {
      seen.add(name + " " + Thread.currentThread().isInterrupted());
      Thread.currentThread().interrupt();
    }));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob"));
    stage.events.await(WorkerEvent.Succeeded.class, 2);
    stage.stop();
    assertThat(seen).containsExactly("Ann false", "Bob false");
  }

  @Test
  void listenerThatThrows_changesNothing() {
    stage.start(stage
        .worker()
        .listener(event -> {
          throw new IllegalStateException("listener");
        })
        .handle(GREET, (name, job) -> seen.add(name)));
    stage.client.enqueueAll(GREET, List.of("Ann", "Bob"));
    stage.events.await(WorkerEvent.Succeeded.class, 2);
    stage.stop();
    assertThat(seen).containsExactlyInAnyOrder("Ann", "Bob");
  }

  @Test
  void listener_ofWhatTheBrokerReports_isCalledOnTheWorkersOwnThread() {
    Collection<String> threads = new ConcurrentLinkedQueue<>();
    CountDownLatch blocked = new CountDownLatch(1);
    Worker worker = stage.start(stage
        .worker()
        .listener(event -> {
          if (event instanceof WorkerEvent.Consuming) {
            threads.add(Thread.currentThread().getName());
            Awaitility.await().until(() -> blocked.getCount() == 0);
          }
        })
        .handle(GREET, (name, job) -> seen.add(name)));
    stage.client.enqueue(GREET, "Ann");

    stage.events.await(WorkerEvent.Succeeded.class);
    blocked.countDown();
    assertThat(worker.stop().orderly()).isTrue();
    assertThat(threads).containsExactly("errand-test-events");
  }

  @Test
  void worker_startedBeforeItsServer_runsJobsWhenItComes() {
    Faults.of(stage.broker).stop();
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));
    assertThat(stage.events.all(WorkerEvent.Consuming.class)).isEmpty();

    Faults.of(stage.broker).start();
    stage.events.await(WorkerEvent.Consuming.class);
    stage.client.enqueue(GREET, "Ann");

    stage.events.await(WorkerEvent.Succeeded.class);
    assertThat(worker.stop().orderly()).isTrue();
  }

  @Test
  void broker_closedBeforeItsServerCame_isTold() {
    Faults.of(stage.broker).stop();
    Worker worker = stage.start(stage.worker().handle(GREET, (name, job) -> seen.add(name)));

    stage.broker.close();

    assertThat(stage.events.await(WorkerEvent.CutOff.class).queue()).isEqualTo(QUEUE);
    assertThat(worker.stop().givenBack()).isZero();
  }

  @Test
  void jobThatCameBack_runsOnlyAsACopyThatSaysSo() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    stage.start(stage.worker().handle(GREET, (name, job) -> {
      seen.add(job.attempt() + " " + job.headers().get(WireFormat.RETURNS));
      running.countDown();
      go.await();
    }));
    stage.client.enqueue(GREET, "Ann");
    running.await();
    Faults.of(stage.broker).cut();
    go.countDown();
    stage.events.await(WorkerEvent.SettleGone.class);
    stage.time.advance(Duration.ofSeconds(1));

    assertThat(stage.events.await(WorkerEvent.CameBack.class).returns()).isEqualTo(1);
    stage.events.await(WorkerEvent.Succeeded.class, 2);
    stage.stop();
    assertThat(seen).containsExactly("1 null", "1 1");
    assertThat(stage.dead()).isEmpty();
  }

  @Test
  void copyOfAJobThatCameBack_beginsOnlyWhenItsOriginalHasLeft() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    stage.start(stage.worker().handle(GREET, (name, job) -> {
      seen.add(name + " " + job.headers().get(WireFormat.RETURNS));
      if (running.getCount() > 0) {
        running.countDown();
        go.await();
      }
    }));
    stage.client.enqueue(GREET, "Ann");
    running.await();
    Faults faults = Faults.of(stage.broker);
    faults.holdAnswers();
    faults.cut();
    go.countDown();
    stage.events.await(WorkerEvent.SettleGone.class);
    stage.time.advance(Duration.ofSeconds(1));
    stage.events.await(WorkerEvent.CameBack.class);
    Message behind = Message.of("2", "\"Bob\"".getBytes(UTF_8)).type("greet").build();
    CompletableFuture<Void> published =
        stage.broker.publish(Publication.of(behind, Route.queue(QUEUE)));

    Awaitility.await().until(() -> seen.contains("Bob null"));
    assertThat(seen).as("while the copy is there and the original too").doesNotContain("Ann 1");
    faults.flow();

    published.join();
    Awaitility.await().until(() -> seen.contains("Ann 1"));
    assertThat(seen).containsExactly("Ann null", "Bob null", "Ann 1");
  }

  @Test
  void jobThroughAnExchange_isTakenFromTheNamedQueue() {
    Exchange news = Exchange.topic("news");
    Task<String> announce = Task.of("announce", String.class).through(news, name -> "new." + name);
    stage.start(stage.worker().handle(announce.from(QUEUE).boundBy("new.*"), (name, job) -> {
      seen.add(name);
      throw new IOException("once");
    }));
    stage.client.enqueue(announce, "Ann");

    Job job = stage.events.await(WorkerEvent.Retrying.class).job();
    assertThat(job.queue()).isEqualTo(QUEUE);
    stage.stop();
    assertThat(seen).containsExactly("Ann");
  }
}
