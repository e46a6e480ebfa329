package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.WireFormat;
import dev.errand.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** J: a worker that is paused, and all of its life at once. */
abstract class PauseCases extends Cases {
  private static final int ROUNDS = 50;
  private static final int THREADS = 10;
  private static final int JOBS = 10;

  PauseCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("J20 a pause takes no more jobs and gives back what has not begun, at no cost; what"
      + " runs goes on, and a resume takes jobs again")
  void pauseTakesNothing() {
    Task<String> task = Task.of("hold", String.class).on(bench().name("queue"));
    String queue = bench().queueOf(task);
    Worker worker = bench()
        .start(bench()
            .worker(bench().broker())
            .concurrency(1)
            .prefetch(4)
            .handle(task, bench().journal()::hold));
    bench().client().enqueueAll(task, List.of("a", "b", "c"));
    bench().await("one runs", () -> bench().journal().running() == 1);
    Broker looking = bench().broker();
    bench().await("it holds all", () -> bench().ready(looking, queue) == 0);

    bench().get(worker.pause(), "paused");
    boolean back =
        bench().happens(Duration.ofSeconds(20), () -> bench().ready(looking, queue) == 2);
    assertThat(back).as("two are given back: %s", bench().ready(looking, queue)).isTrue();
    bench().journal().release();
    bench().await("what ran has ended", () -> bench().journal().ended() == 1);
    bench()
        .watch(
            "nothing begins",
            Duration.ofMillis(500),
            () -> bench().journal().runs().size() == 1);

    worker.resume();
    bench().await("the others ran", () -> bench().journal().ended() == 3);
    assertThat(bench().journal().runs()).extracting(Journal.Run::attempt).containsOnly(1);
    assertThat(bench().journal().returns()).as("counted as lost").isZero();
  }

  @Test
  @DisplayName("J21 10 threads that pause, resume and close a worker as it starts, 50 times, leave"
      + " no thread, no delivery and no connection, and each job runs once")
  void lifeAtOnce() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    String queue = bench().queueOf(task);
    TaskClient client = bench().client();
    List<String> all = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      String prefix = "round " + round + ", job ";
      List<String> jobs = IntStream.range(0, JOBS).mapToObj(n -> prefix + n).toList();
      all.addAll(jobs);
      client.enqueueAll(task, jobs);
      Broker broker = bench().broker();
      Worker worker = bench()
          .start(bench()
              .worker(broker)
              .concurrency(2)
              .prefetch(16)
              .handle(task, bench().journal()::ran));
      CountDownLatch begin = new CountDownLatch(1);
      List<CompletableFuture<Boolean>> lives = Stream.generate(
              () -> bench().calling(() -> live(worker, begin)))
          .limit(THREADS)
          .toList();
      begin.countDown();
      lives.forEach(life -> bench().get(life, "lived"));
      assertThat(worker.stop().orderly()).as("%s", worker.stop()).isTrue();
      bench().cutOff(broker);
    }
    Bench.Drained left = bench().drained(queue);

    assertThat(Stream.concat(
            bench().journal().runs().stream().map(Journal.Run::payload),
            left.messages().stream().map(PauseCases::payload)))
        .as("ran, or left")
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(bench().journal().returns())
        .as("counted as lost, of those that ran")
        .isZero();
    assertThat(left.redeliveries())
        .as("in hand still of the last worker, of those that are left")
        .isZero();
    assertThat(left.messages())
        .as("counted as lost, of those that are left")
        .allSatisfy(
            each -> assertThat(WireFormat.count(each, WireFormat.RETURNS, 0)).isZero());
    assertThat(bench().drain(WireFormat.deadLettersOf(queue))).isEmpty();
  }

  private static String payload(Message message) {
    return PayloadCodec.json().read(message.body(), String.class);
  }

  private static boolean live(Worker worker, CountDownLatch begin) {
    try {
      begin.await();
    } catch (InterruptedException never) {
      throw new AssertionError(never);
    }
    CompletableFuture<Void> unusedPause = worker.pause();
    worker.resume();
    CompletableFuture<Void> unusedOther = worker.pause();
    worker.resume();
    worker.close();
    return worker.isStopped();
  }
}
