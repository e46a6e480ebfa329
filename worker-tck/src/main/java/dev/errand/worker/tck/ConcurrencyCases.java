package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.WorkerBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** D: concurrency, and what one handler does to the others. */
abstract class ConcurrencyCases extends Cases {
  ConcurrencyCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("D8 never more than k handlers run, over all queues")
  void neverMoreThanWanted() {
    Broker broker = bench().broker();
    Task<String> one = Task.of("one", String.class).on(bench().name("queue"));
    Task<String> other = Task.of("other", String.class).on(bench().name("queue"));
    bench()
        .start(bench()
            .worker(broker)
            .concurrency(3)
            .prefetch(10)
            .handle(one, bench().journal()::hold)
            .handle(other, bench().journal()::hold));
    List<String> payloads = IntStream.range(0, 15).mapToObj(i -> "job " + i).toList();

    bench().client().enqueueAll(one, payloads);
    bench().client().enqueueAll(other, payloads);

    bench().await("three run", () -> bench().journal().running() >= 3);
    bench()
        .watch(
            "at most three run", Duration.ofMillis(300), () -> bench().journal().running() <= 3);
    bench().journal().release();
    bench().await("all have run", () -> bench().journal().ended() == 30);
    assertThat(bench().journal().most()).as("handlers at once").isEqualTo(3);
  }

  @Test
  @DisplayName("D9 a slow task, bounded by its prefetch, does not starve a quick one on another"
      + " queue of the same worker")
  void slowStarvesNoQuick() {
    Broker broker = bench().broker();
    Task<String> slow = Task.of("slow", String.class).on(bench().name("queue"));
    Task<String> quick = Task.of("quick", String.class).on(bench().name("queue"));
    bench()
        .start(bench()
            .worker(broker)
            .concurrency(2)
            .prefetch(1)
            .handle(slow, bench().journal()::hold)
            .handle(quick, bench().journal()::ran));
    bench().client().enqueueAll(slow, List.of("slow 1", "slow 2", "slow 3"));
    bench().await("a slow one runs", () -> bench().journal().running() >= 1);

    bench()
        .client()
        .enqueueAll(quick, IntStream.range(0, 50).mapToObj(i -> "quick " + i).toList());

    boolean done = bench().happens(Duration.ofSeconds(20), () -> runsOf(quick) == 50);
    assertThat(done)
        .as("quick ones run beside a slow one: %s of 50", runsOf(quick))
        .isTrue();
    assertThat(bench().journal().running()).isEqualTo(1);
  }

  private long runsOf(Task<String> task) {
    return bench().journal().runs().stream()
        .filter(run -> run.queue().equals(bench().queueOf(task)))
        .count();
  }

  @Test
  @DisplayName("D11 never more than the prefetch are in hand, over all queues together")
  void prefetchIsASum() {
    Task<String> one = holding(10);
    Task<String> other = holding(10);
    start(2, one, other, worker -> worker.prefetch(6));

    assertThat(leftWhenAtRest(14, one, other)).isEqualTo(14);
  }

  @Test
  @DisplayName("D12 unless said, four for each handler are in hand, and at least one of each queue")
  void prefetchUnlessSaid() {
    Task<String> one = holding(10);
    Task<String> other = holding(10);
    start(2, one, other, worker -> worker);
    assertThat(leftWhenAtRest(12, one, other)).as("two handlers").isEqualTo(12);

    Task<String> third = holding(5);
    Task<String> fourth = holding(5);
    start(1, third, fourth, worker -> worker.prefetch(1));
    assertThat(leftWhenAtRest(8, third, fourth)).as("a prefetch of 1").isEqualTo(8);
  }

  /** With so many jobs in its queue. */
  private Task<String> holding(int jobs) {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    bench()
        .client()
        .enqueueAll(task, IntStream.range(0, jobs).mapToObj(i -> "job " + i).toList());
    return task;
  }

  private void start(
      int concurrency,
      Task<String> one,
      Task<String> other,
      UnaryOperator<WorkerBuilder> described) {
    bench()
        .start(described
            .apply(bench().worker(bench().broker()).concurrency(concurrency))
            .handle(one, bench().journal()::hold)
            .handle(other, bench().journal()::hold));
  }

  /** How many wait in both queues once no more than this do, and none is taken any more. */
  private long leftWhenAtRest(long expected, Task<String> one, Task<String> other) {
    Broker looking = bench().broker();
    LongSupplier left = () -> bench().ready(looking, bench().queueOf(one))
        + bench().ready(looking, bench().queueOf(other));
    bench().await("what may be is in hand", () -> left.getAsLong() <= expected);
    bench().watch("none more is taken", Duration.ofMillis(500), () -> left.getAsLong() == expected);
    return left.getAsLong();
  }

  @Test
  @DisplayName(
      "D13 on virtual threads, where Java has them, 10,000 jobs wait at once on one worker;"
          + " where not, the switch is refused")
  void virtualThreads() {
    boolean offered = Runtime.version().feature() >= 21;
    int handlers = offered ? WorkerBuilder.MOST_CONCURRENCY : 50;
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    WorkerBuilder worker = bench()
        .worker(bench().broker())
        .concurrency(handlers)
        .prefetch(handlers)
        .handle(task, bench().journal()::hold);
    if (offered) {
      worker.virtualThreads();
    } else {
      assertThatThrownBy(worker::virtualThreads)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("Java 21");
    }
    bench().start(worker);

    bench()
        .client()
        .enqueueAll(task, IntStream.range(0, handlers).mapToObj(i -> "job " + i).toList());

    boolean all =
        bench().happens(Duration.ofSeconds(25), () -> bench().journal().running() == handlers);
    assertThat(all).as("%s wait at once", bench().journal().running()).isTrue();
    bench().journal().release();
  }

  @Test
  @Tag("C")
  @DisplayName("C14 a handler that throws an Error fails its job and nothing else")
  void errorFailsItsJobAlone() {
    Broker broker = bench().broker();
    Task<String> task =
        Task.of("run", String.class).on(bench().name("queue")).retrying(RetryPolicy.never());
    bench()
        .start(bench()
            .worker(broker)
            .concurrency(1)
            .prefetch(1)
            .handle(task, (payload, context) -> {
              bench().journal().ran(payload, context);
              if (payload.equals("bad")) {
                throw new NoClassDefFoundError("Missing");
              }
            }));

    bench().client().enqueueAll(task, List.of("first", "bad", "second", "third"));

    boolean done = bench()
        .happens(
            Duration.ofSeconds(20), () -> !bench().journal().runsOf("third").isEmpty());
    assertThat(done).as("those after it run: %s", bench().journal()).isTrue();
    Message letter = bench().only(WireFormat.deadLettersOf(bench().queueOf(task)));
    assertThat(letter.body()).isEqualTo("\"bad\"".getBytes(StandardCharsets.UTF_8));
    assertThat(letter.headers())
        .containsEntry(WireFormat.FAILURE_TYPE, NoClassDefFoundError.class.getName());
    assertThat(bench().journal().runs())
        .extracting(Journal.Run::payload)
        .containsExactly("first", "bad", "second", "third");
  }
}
