package dev.errand;

import static dev.errand.broker.PublishException.Reason.BEYOND_LIMIT;
import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;
import static dev.errand.broker.PublishException.Reason.UNROUTABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Exchange;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.PayloadException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TaskClientTest {
  private static final Task<String> MAIL = Task.of("mail", String.class).on("mails");
  private static final Task<String> NEWS =
      Task.of("news", String.class).through(Exchange.fanout("news"), "");

  private final Broker broker = Broker.open("memory:?publish-timeout=100ms");
  private final TaskClient tasks = TaskClient.on(broker);

  static final class Unwritable {
    public int getShare() {
      return 1 / List.of().size();
    }
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void enqueue_firstUse_declaresTheQueueAndItsDeadLetters() throws Exception {
    Receipt receipt = tasks.enqueue(MAIL, "hello");

    assertThat(report("mails").ready()).isEqualTo(1);
    assertThat(report("mails").head())
        .singleElement()
        .satisfies(message -> assertThat(message.id()).isEqualTo(receipt.id()));
    assertThat(report("mails.dead").ready()).isZero();
    assertThat(receipt.task()).isEqualTo("mail");
  }

  @Test
  void enqueue_queueDiffers_failsWithWhatTheBrokerSays() throws Exception {
    broker.declare(Queue.named("mails")).get(5, TimeUnit.SECONDS);

    assertThatThrownBy(() -> tasks.enqueue(MAIL, "hello"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("Queue 'mails'");
  }

  @Test
  void enqueue_withoutServer_failsAfterTheTimeOutAndIsSafeToRepeat() {
    Faults.of(broker).stop();

    PublishException refused =
        catchThrowableOfType(PublishException.class, () -> tasks.enqueue(MAIL, "hello"));

    assertThat(refused.reason()).isEqualTo(UNAVAILABLE);
    assertThat(refused.safeToRepeat()).isTrue();
    Faults.of(broker).start();
    assertThat(tasks.enqueue(MAIL, "hello").id()).isNotEmpty();
  }

  @Test
  void enqueue_queueGoneAndNoBinding_isUnroutable() {
    assertThatThrownBy(() -> tasks.enqueue(NEWS, "hello"))
        .isInstanceOfSatisfying(
            PublishException.class, refused -> assertThat(refused.reason()).isEqualTo(UNROUTABLE));
  }

  @Test
  void enqueue_expiryAtTheEndsOfTime_isOverOrNever() {
    assertThatThrownBy(() -> tasks.enqueue(MAIL, "hello", EnqueueOptions.withExpiry(Instant.MIN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("would have expired when it is due");
    assertThat(
            tasks.enqueue(MAIL, "hello", EnqueueOptions.withExpiry(Instant.MAX)).id())
        .isNotEmpty();
  }

  @Test
  void enqueue_payloadAboveTheLimit_isRefusedWithBothNumbers() {
    TaskClient small = tasks.maxPayload(10);

    assertThat(small.enqueue(MAIL, "12345678").id()).isNotEmpty();
    assertThatThrownBy(() -> small.enqueue(MAIL, "123456789"))
        .isInstanceOfSatisfying(
            PublishException.class, refused -> assertThat(refused.reason()).isEqualTo(BEYOND_LIMIT))
        .hasMessageContaining("11 bytes, at most 10")
        .hasMessageContaining("'mail'")
        .hasMessageNotContaining("12345");
  }

  @Test
  void enqueue_payloadAtTheDefaultLimit_isTaken() {
    String largest = "x".repeat(TaskClient.DEFAULT_MAX_PAYLOAD - 2);

    assertThat(tasks.enqueue(MAIL, largest).id()).isNotEmpty();
    assertThatThrownBy(() -> tasks.enqueue(MAIL, largest + "x"))
        .hasMessageContaining("1048577 bytes, at most 1048576");
  }

  @Test
  void enqueue_priorityOfAQueueWithoutLevels_isRefused() {
    Capabilities ours = broker.capabilities();
    Broker without = answering(
        "capabilities",
        () -> new Capabilities(
            "test",
            ours.maxBodyBytes(),
            ours.maxDelay(),
            ours.delayStep(),
            ours.durability(),
            Map.of(Queue.Durability.REPLICATED, 0)));

    assertThatThrownBy(
            () -> TaskClient.on(without).enqueue(MAIL, "hello", EnqueueOptions.withPriority(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Priority 1")
        .hasMessageContaining("'mail'")
        .hasMessageContaining("has no priority levels. The broker has none.")
        .hasMessageEndingWith(
            "Leave the priority out, and give what is urgent a queue of its own.");
  }

  @Test
  void enqueue_priorityThatTheBrokerCouldOffer_saysHowTheQueueGetsIt() {
    Capabilities ours = broker.capabilities();
    Broker offering = answering(
        "capabilities",
        () -> new Capabilities(
            "test",
            ours.maxBodyBytes(),
            ours.maxDelay(),
            ours.delayStep(),
            ours.durability(),
            Map.of(Queue.Durability.REPLICATED, 10)));

    assertThatThrownBy(
            () -> TaskClient.on(offering).enqueue(MAIL, "hello", EnqueueOptions.withPriority(1)))
        .hasMessageContaining("has no priority levels. Nothing was sent.")
        .hasMessageContaining("more by Queue.priorities");
  }

  @Test
  void enqueue_priorityBeforeTheFirstConnection_claimsNothingOfTheBroker() {
    Broker unconnected = answering("capabilities", () -> {
      throw new UnavailableException("not yet", null);
    });

    assertThatThrownBy(
            () -> TaskClient.on(unconnected).enqueue(MAIL, "hello", EnqueueOptions.withPriority(1)))
        .hasMessageContaining("has no priority levels. Nothing was sent.")
        .hasMessageEndingWith("a queue of its own.");
  }

  @Test
  void enqueue_priorityBeyondTheLevels_isRefused() {
    Task<String> task = Task.of("mail", String.class).on(Queue.named("urgent").priorities(3));

    assertThatThrownBy(() -> tasks.enqueue(task, "hello", EnqueueOptions.withPriority(3)))
        .hasMessageContaining("levels 0 to 2");
  }

  @Test
  void enqueue_delayBeyondAllTime_isRefusedAsBeyondTheLimit() {
    PublishException refused = catchThrowableOfType(
        PublishException.class,
        () -> tasks.enqueue(MAIL, "hi", EnqueueOptions.in(Duration.ofSeconds(Long.MAX_VALUE))));

    assertThat(refused.reason()).isEqualTo(BEYOND_LIMIT);
  }

  @Test
  void enqueue_payloadThatCannotBeWritten_sendsNothing() {
    Task<Unwritable> task = Task.of("mail", Unwritable.class).on("mails");

    assertThatThrownBy(() -> tasks.enqueue(task, new Unwritable()))
        .isInstanceOf(PayloadException.class);
  }

  @Test
  void enqueue_nullPayload_isRefusedAtTheCall_withTheTask() {
    assertThatThrownBy(() -> tasks.enqueue(MAIL, missing()))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("task 'mail' is null. Nothing was sent");
    assertThatThrownBy(() -> tasks.enqueueAsync(MAIL, missing()))
        .hasMessageContaining("task 'mail' is null");
    assertThatThrownBy(() -> tasks.enqueueAll(MAIL, Arrays.asList("a", missing())))
        .hasMessageContaining("task 'mail' is null");
  }

  @SuppressWarnings("NullAway") // As a caller without its checks does.
  private static String missing() {
    return null;
  }

  @Test
  void enqueue_interruptedWhileWaiting_isUnknownAndKeepsTheFlag() {
    tasks.enqueue(MAIL, "declares");
    Faults.of(broker).holdAnswers();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> tasks.enqueue(MAIL, "hello"))
        .isInstanceOfSatisfying(
            PublishException.class,
            refused -> assertThat(refused.safeToRepeat()).isFalse());
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void enqueueAsync_brokerHoldsTheAnswer_completesWithIt() throws Exception {
    tasks.enqueue(MAIL, "declares");
    Faults.of(broker).holdAnswers();

    CompletableFuture<Receipt> answer = tasks.enqueueAsync(MAIL, "hello");

    assertThat(answer).isNotDone();
    Faults.of(broker).flow();
    assertThat(answer.get(5, TimeUnit.SECONDS).id()).isNotEmpty();
  }

  @Test
  void enqueueAsync_refused_failsWithThePlainException() {
    CompletableFuture<Throwable> seen = new CompletableFuture<>();

    CompletableFuture<Receipt> unusedChain =
        tasks.enqueueAsync(NEWS, "hello").whenComplete((receipt, error) -> seen.complete(error));
    CompletableFuture<Receipt> large = tasks.maxPayload(1).enqueueAsync(MAIL, "hello");

    assertThat(seen.join()).isInstanceOf(PublishException.class);
    assertThatThrownBy(large::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(PublishException.class);
  }

  @Test
  void enqueueAll_allTaken_returnsReceiptsInOrder() throws Exception {
    List<Receipt> receipts = tasks.enqueueAll(MAIL, List.of("a", "b", "c"));

    assertThat(report("mails").head())
        .extracting(message -> message.id())
        .containsExactlyElementsOf(receipts.stream().map(Receipt::id).toList());
  }

  @Test
  void enqueueAll_someRefused_holdsTheReceiptsOfTheOthers() throws Exception {
    TaskClient small = tasks.maxPayload(5);

    BatchException partly = catchThrowableOfType(
        BatchException.class,
        () -> small.enqueueAll(MAIL, List.of("one", "too long", "two", "longer still")));

    assertThat(report("mails").head())
        .extracting(message -> message.id())
        .containsExactlyElementsOf(partly.receipts().stream().map(Receipt::id).toList());
    assertThat(partly.failures()).containsOnlyKeys(1, 3);
    assertThat(partly.safeToRepeat()).isTrue();
    assertThat(partly)
        .hasMessageContaining("2 of 4 jobs of task 'mail' were enqueued, 2 were not.")
        .hasMessageContaining("at 1:")
        .hasCauseInstanceOf(PublishException.class);
  }

  @Test
  void enqueueAll_withoutServer_failsAllWithinOneTimeOut() {
    Faults.of(broker).stop();
    // One time-out each would take 20 s.
    List<String> payloads = Collections.nCopies(200, "hello");

    BatchException failed = assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> catchThrowableOfType(BatchException.class, () -> tasks.enqueueAll(MAIL, payloads)));

    assertThat(failed.receipts()).isEmpty();
    assertThat(failed.failures()).hasSize(200);
    assertThat(failed.failures().values()).allSatisfy(each -> assertReason(each, UNAVAILABLE));
    assertThat(failed.failures().get(199))
        .hasMessageContaining("was not tried")
        .hasCause(failed.failures().get(0));
    assertThat(failed.safeToRepeat()).isTrue();
  }

  @Test
  void enqueueAll_serverLeavesOnTheWay_tellsWhatIsThereFromWhatWasNotSent() throws Exception {
    BatchException partly = catchThrowableOfType(
        BatchException.class,
        () -> tasks.enqueueAll(MAIL, fivePayloads(2, () -> Faults.of(broker).stop())));

    assertThat(partly.failures()).containsOnlyKeys(2, 3, 4);
    assertThat(partly.safeToRepeat()).isTrue();
    Faults.of(broker).start();
    assertThat(report("mails").head())
        .extracting(message -> message.id())
        .containsExactlyElementsOf(partly.receipts().stream().map(Receipt::id).toList());
  }

  @Test
  void enqueueAll_connectionLostWithAnswersOutstanding_tellsUnknownFromNotTried() {
    Faults.of(broker).holdAnswers();

    BatchException failed = catchThrowableOfType(
        BatchException.class,
        () -> tasks.enqueueAll(MAIL, fivePayloads(2, () -> Faults.of(broker).cut())));

    assertThat(failed.receipts()).isEmpty();
    assertReason(failed.failures().get(0), OUTCOME_UNKNOWN);
    assertReason(failed.failures().get(1), OUTCOME_UNKNOWN);
    assertReason(failed.failures().get(2), UNAVAILABLE);
    assertReason(failed.failures().get(4), UNAVAILABLE);
    assertThat(failed.safeToRepeat()).isFalse();
  }

  @Test
  void enqueueAll_unfitPayloadAfterTheBrokerIsGone_failsOfItsOwn() {
    Faults.of(broker).stop();
    TaskClient small = tasks.maxPayload(5);

    BatchException failed = catchThrowableOfType(
        BatchException.class, () -> small.enqueueAll(MAIL, List.of("one", "too long", "two")));

    assertReason(failed.failures().get(1), BEYOND_LIMIT);
    assertReason(failed.failures().get(2), UNAVAILABLE);
  }

  @Test
  void enqueueAll_keyFunctionThrows_isNotSentAndFailsAgain() throws Exception {
    Exchange topics = Exchange.topic("topics");
    broker
        .declare(topics, Queue.named("all"), Queue.named("all").boundTo(topics, "#"))
        .get(5, TimeUnit.SECONDS);
    Task<String> task = Task.of("mail", String.class).through(topics, name -> name.substring(2));

    BatchException partly = catchThrowableOfType(
        BatchException.class, () -> tasks.enqueueAll(task, List.of("Ann", "I", "Bob")));

    assertThat(partly.failures()).containsOnlyKeys(1);
    assertThat(partly.safeToRepeat()).isTrue();
    assertThat(partly).hasMessageContaining("Of those not enqueued, 1 never left");
    assertThat(report("all").ready()).isEqualTo(2);
  }

  @Test
  void enqueueAll_brokerFailsWithoutSayingWhy_isNotKnownToBeSafe() {
    Broker failing = publishing(() -> CompletableFuture.failedFuture(new IllegalStateException()));
    Broker throwing = publishing(() -> {
      throw new IllegalStateException();
    });

    for (Broker faulty : List.of(failing, throwing)) {
      BatchException failed = catchThrowableOfType(
          BatchException.class, () -> TaskClient.on(faulty).enqueueAll(MAIL, List.of("hello")));

      assertReason(failed.failures().get(0), OUTCOME_UNKNOWN);
      assertThat(failed.failures().get(0)).hasRootCauseInstanceOf(IllegalStateException.class);
      assertThat(failed.safeToRepeat()).isFalse();
    }
  }

  @Test
  void enqueue_brokerWrapsItsRefusal_throwsTheRefusal() {
    Broker wrapping = publishing(() -> CompletableFuture.runAsync(() -> tasks.enqueue(NEWS, "")));

    assertThatThrownBy(() -> TaskClient.on(wrapping).enqueue(MAIL, "hello"))
        .isInstanceOfSatisfying(
            PublishException.class, refused -> assertThat(refused.reason()).isEqualTo(UNROUTABLE));
  }

  @Test
  void enqueue_refusedByAnotherThread_hasItsCallerInTheTrace() {
    Broker elsewhere = publishing(() -> CompletableFuture.runAsync(() -> tasks.enqueue(NEWS, "")));

    PublishException refused = catchThrowableOfType(
        PublishException.class, () -> TaskClient.on(elsewhere).enqueue(MAIL, "hello"));

    assertCallerIs("enqueue_refusedByAnotherThread_hasItsCallerInTheTrace", refused);
    assertThat(refused.reason()).isEqualTo(UNROUTABLE);
    assertThat(refused.route().toString()).contains("exchange 'news'");
    assertThat(refused).hasMessageStartingWith("No binding of exchange 'news'").hasNoCause();
  }

  @Test
  void enqueue_declarationRefusedByAnotherThread_hasItsCallerInTheTrace() throws Exception {
    broker.declare(Queue.named("mails")).get(5, TimeUnit.SECONDS);
    CompletableFuture<Void> refusal = CompletableFuture.runAsync(() -> broker
        .declare(Queue.named("mails.dead"), Queue.named("mails").overflow("mails.dead"))
        .join());

    TopologyException refused = catchThrowableOfType(
        TopologyException.class,
        () -> TaskClient.on(answering("declare", () -> refusal)).enqueue(MAIL, "hello"));

    assertCallerIs("enqueue_declarationRefusedByAnotherThread_hasItsCallerInTheTrace", refused);
    assertThat(refused.reason()).isEqualTo(TopologyException.Reason.DIFFERENT);
    assertThat(refused.part()).isEqualTo("queue 'mails'");
    assertThat(refused)
        .hasMessage(refused.problem() + ". " + refused.remedy() + ".")
        .hasNoCause();
  }

  private static void assertCallerIs(String test, Throwable thrown) {
    assertThat(thrown.getStackTrace())
        .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo(test));
  }

  /** The broker, broken: it publishes like this. */
  private Broker publishing(Supplier<CompletableFuture<Void>> like) {
    return answering("publish", like);
  }

  /** The broker, but that one of its methods gives this. */
  private Broker answering(String name, Supplier<?> like) {
    return (Broker) Proxy.newProxyInstance(
        Broker.class.getClassLoader(),
        new Class<?>[] {Broker.class},
        (self, method, arguments) ->
            method.getName().equals(name) ? like.get() : method.invoke(broker, arguments));
  }

  /** Payloads of which the one at this place brings something about when it is taken. */
  private static List<String> fivePayloads(int place, Runnable event) {
    return new AbstractList<>() {
      @Override
      public String get(int index) {
        if (index == place) {
          event.run();
        }
        return "hello";
      }

      @Override
      public int size() {
        return 5;
      }
    };
  }

  private static void assertReason(@Nullable Throwable failure, PublishException.Reason reason) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            PublishException.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  private QueueReport report(String queue) throws Exception {
    return broker.inspect(queue, 10).get(5, TimeUnit.SECONDS);
  }
}
