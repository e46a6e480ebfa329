package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchException;
import dev.errand.EnqueueOptions;
import dev.errand.Receipt;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.tck.kit.Opening;
import dev.errand.broker.tck.kit.Patience;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** B: enqueueing. */
abstract class EnqueueCases extends Cases {
  /** Beyond what any broker carries in a header. */
  private static final String HUGE = "x".repeat(70_000);

  EnqueueCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("B14 enqueue from inside a handler")
  void enqueueInsideAHandler() {
    Broker broker = bench().broker();
    TaskClient client = TaskClient.on(broker);
    Task<String> first = onQueueOfItsOwn("first");
    Task<String> second = onQueueOfItsOwn("second");
    bench()
        .start(bench()
            .worker(broker)
            .concurrency(1)
            .prefetch(1)
            .handle(first, (payload, context) -> {
              bench().journal().ran(payload, context);
              client.enqueue(second, "from " + payload);
              client.enqueue(
                  second, "later from " + payload, EnqueueOptions.in(Duration.ofMillis(200)));
            })
            .handle(second, bench().journal()::ran));

    bench().client().enqueue(first, "one");

    Bench.Taker letters = bench().taker(WireFormat.deadLettersOf(bench().queueOf(first)));
    bench()
        .await(
            "both have run, or their sender is dead",
            () -> bench().journal().runs().size() == 3 || !letters.messages().isEmpty());
    assertThat(letters.messages()).isEmpty();
    assertThat(bench().journal().attemptsOf("one")).containsExactly(1);
    assertThat(bench().journal().attemptsOf("from one")).containsExactly(1);
    assertThat(bench().journal().attemptsOf("later from one")).containsExactly(1);
  }

  private Task<String> onQueueOfItsOwn(String name) {
    return Task.of(name, String.class).on(bench().name("queue")).retrying(RetryPolicy.never());
  }

  @Test
  @DisplayName("B15 enqueueAll with some refused: the exception holds the receipts of the others")
  void batchWithSomeRefused() {
    Broker broker = bench().broker();
    Task<String> task = onQueueOfItsOwn("run");
    TaskClient client = TaskClient.on(broker).maxPayload(1_000);
    List<String> payloads = IntStream.range(0, 20)
        .mapToObj(i -> i == 5 ? "too large " + HUGE : "job " + i)
        .toList();

    BatchException refused = bench()
        .failure(
            bench()
                .calling(() -> client.enqueueAll(
                    task,
                    payloads,
                    payload -> payload.equals("job 3") || payload.equals("job 11")
                        ? EnqueueOptions.NONE.header("huge", HUGE)
                        : EnqueueOptions.NONE)),
            BatchException.class);

    assertThat(refused.failures()).containsOnlyKeys(3, 5, 11);
    assertThat(refused.safeToRepeat()).isTrue();
    List<String> taken = IntStream.range(0, 20)
        .filter(i -> !refused.failures().containsKey(i))
        .mapToObj(i -> "job " + i)
        .toList();
    bench().start(bench().worker(broker).handle(task, bench().journal()::ran));
    bench().await("the others run", () -> bench().journal().runs().size() >= taken.size());
    assertThat(bench().journal().runs()).extracting(Journal.Run::payload).hasSameElementsAs(taken);
    assertThat(bench().journal().runs()).hasSameSizeAs(taken);
    assertThat(refused.receipts())
        .extracting(Receipt::id)
        .hasSameSizeAs(taken)
        .doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("B16 each failure of enqueue says whether to repeat is safe, and it is true")
  void failuresSayWhetherToRepeat() {
    Broker broker = bench().broker();
    TaskClient client = TaskClient.on(broker);
    // Only for what is refused for want of time.
    Broker hastyBroker = bench().broker(Opening.plain(Duration.ofSeconds(1)));
    TaskClient hasty = TaskClient.on(hastyBroker);
    Task<String> task = onQueueOfItsOwn("run");
    String queue = bench().queueOf(task);
    client.enqueue(task, "taken", EnqueueOptions.withId("taken"));
    bench().await("its queue is declared by the hasty too", () -> enqueues(hasty, task));
    Map<String, PublishException> failures = new LinkedHashMap<>();

    bench().server().holdAnswers();
    failures.put("unanswered", refused(hasty, task, "unanswered"));
    bench().server().flow();
    bench().server().stop();
    failures.put("down", refusedAsDown(hasty, task));
    bench().server().start();
    broker.ready(Patience.LONGEST);
    failures.put("too long", refused(client, task, "too long"));
    bench().server().refusePublishes(queue);
    failures.put("full", refusedAsFull(client, task));
    Bench.Taker taker = bench().taker(queue);
    // What is on its way to the taker is in no queue either.
    bench()
        .await("the queue is empty", () -> taker.has("taken") && bench().ready(broker, queue) == 0);
    bench().cutOff(taker.broker());
    bench().server().takePublishes(queue);
    bench().server().deleteQueue(queue);
    failures.put("gone", refused(client, task, "gone"));
    bench().get(enqueue(client, task, "last"), "enqueued when its queue was gone");
    List<String> there = new ArrayList<>();
    taker.messages().forEach(message -> there.add(message.id()));
    bench().drain(queue).forEach(message -> there.add(message.id()));

    assertThat(failures.values())
        .extracting(PublishException::reason)
        .containsExactly(
            Reason.OUTCOME_UNKNOWN,
            Reason.UNAVAILABLE,
            Reason.BEYOND_LIMIT,
            Reason.REJECTED,
            Reason.UNROUTABLE);
    assertThat(there).contains("taken", "last");
    failures.forEach((id, failure) -> {
      assertThat(failure.safeToRepeat())
          .as("%s is safe to repeat", failure)
          .isEqualTo(failure.reason() != Reason.OUTCOME_UNKNOWN);
      if (failure.safeToRepeat()) {
        assertThat(there).as("said to be safe").doesNotContain(failure.messageId());
      }
    });
  }

  private CompletableFuture<Receipt> enqueue(TaskClient client, Task<String> task, String id) {
    EnqueueOptions options = EnqueueOptions.withId(id);
    return bench()
        .calling(() -> client.enqueue(
            task, id, id.equals("too long") ? options.header("huge", HUGE) : options));
  }

  private boolean enqueues(TaskClient client, Task<String> task) {
    return bench()
        .get(enqueue(client, task, "early").handle((receipt, late) -> late == null), "answered");
  }

  private PublishException refused(TaskClient client, Task<String> task, String id) {
    return bench().failure(enqueue(client, task, id), PublishException.class);
  }

  /** The refusal by a server that is gone; what was on its way when it went is unknown. */
  private PublishException refusedAsDown(TaskClient client, Task<String> task) {
    PublishException refused = refused(client, task, "down");
    return refused.reason() == Reason.OUTCOME_UNKNOWN
        ? refused(client, task, "down, as is known by now")
        : refused;
  }

  /** The refusal by a queue that is full, which may take a few more before. */
  private PublishException refusedAsFull(TaskClient client, Task<String> task) {
    for (int i = 1; i < 20; i++) {
      CompletableFuture<Receipt> answer = enqueue(client, task, "full " + i);
      bench().await("an answer", answer::isDone);
      if (answer.isCompletedExceptionally()) {
        return bench().failure(answer, PublishException.class);
      }
    }
    throw new AssertionError("The queue was to be full, and took all.");
  }
}
