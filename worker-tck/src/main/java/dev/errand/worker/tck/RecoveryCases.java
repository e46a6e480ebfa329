package dev.errand.worker.tck;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.UnavailableException;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** K: faults, as a worker sees them. */
abstract class RecoveryCases extends Cases {
  private static final Duration SOON = Duration.ofSeconds(5);

  RecoveryCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("K11 after a cut, a lost channel, an outage, a restart, a deleted queue and a black"
      + " hole the worker runs jobs within 5 s of the broker's return")
  void runsSoonAgain() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    Broker workers = bench().watchful();
    bench().start(bench().worker(workers).handle(task, bench().journal()::ran));
    TaskClient client = TaskClient.on(bench().watchful());
    assertRunsSoon(client, task, "before");

    bench().server().cutConnections();
    assertRunsSoon(client, task, "after a cut");
    bench().server().closeConsumingChannels();
    assertRunsSoon(client, task, "after a lost channel");
    bench().server().stop();
    bench().watch("it is away", Duration.ofSeconds(1), () -> true);
    bench().server().start();
    assertRunsSoon(client, task, "after an outage");
    // A queue that is declared at the moment of its deletion is another case's.
    bench().await("all of the worker's broker is back", () -> isReady(workers));
    bench().server().deleteQueue(bench().queueOf(task));
    bench().await("the worker makes it again", () -> bench().stands(bench().queueOf(task)));
    assertRunsSoon(client, task, "after its queue was deleted");
    bench().server().blackHole();
    bench().watch("nothing passes", bench().silence().plusSeconds(1), () -> true);
    bench().server().flow();
    assertRunsSoon(client, task, "after a black hole");
    bench().server().restart();
    assertRunsSoon(client, task, "after a restart");
  }

  private static boolean isReady(Broker broker) {
    try {
      broker.ready(Duration.ZERO);
      return true;
    } catch (UnavailableException notYet) {
      return false;
    }
  }

  /** Enqueues again where that is needed: what is lost of a publish is another case's. */
  private void assertRunsSoon(TaskClient client, Task<String> task, String payload) {
    long begin = bench().time().nanoTime();
    Duration most = SOON.plus(bench().lateness());
    CompletableFuture<Void> enqueued = bench().aside(() -> enqueueInTheEnd(client, task, payload));

    boolean ran = bench().happens(most, () -> !bench().journal().runsOf(payload).isEmpty());

    assertThat(ran)
        .as(
            "a job %s runs within %s, enqueued: %s; %s after the return",
            payload, most, enqueued.isDone(), Duration.ofNanos(bench().time().nanoTime() - begin))
        .isTrue();
    bench().get(enqueued, "enqueued " + payload);
  }

  private static void enqueueInTheEnd(TaskClient client, Task<String> task, String payload) {
    for (int tries = 1; ; tries++) {
      try {
        client.enqueue(task, payload);
        return;
      } catch (BrokerException notYet) {
        assertThat(tries).as("tries, the last: " + notYet).isLessThan(20);
      }
    }
  }

  @Test
  @DisplayName("K12 failed attempt while both connections drop before the copy is confirmed: the"
      + " job runs again, not lost")
  void failedWhileAllDrops() {
    Task<String> task = Task.of("fail", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.every(Duration.ofMillis(100)).attempts(9));
    Broker broker = bench().broker();
    bench().start(bench().worker(broker).handle(task, (payload, context) -> {
      bench().journal().hold(payload, context);
      if (bench().journal().runsOf(payload).size() == 1) {
        throw new IllegalStateException("the first time");
      }
    }));
    bench().client().enqueue(task, "job");
    bench().await("it runs", () -> bench().journal().running() == 1);

    bench().server().holdAnswers();
    bench().journal().release();
    bench().await("it failed", () -> bench().journal().ended() == 1);
    bench().watch("its copy is on the way", Duration.ofMillis(200), () -> true);
    bench().server().cutConnections();
    bench().server().flow();

    boolean again = bench()
        .happens(Duration.ofSeconds(30), () -> bench().journal().runsOf("job").size() >= 2);
    assertThat(again).as("it runs again: %s", bench().journal()).isTrue();
  }

  @Test
  @DisplayName("K13 a queue that is deleted and declared again at once while it is consumed: the"
      + " worker runs jobs again, also where the server forgets its consumer")
  void queueIsMadeAnew() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    String queue = bench().queueOf(task);
    Duration silence = Duration.ofSeconds(2);
    // A server that forgets a consumer goes on to fill its prefetch: more than that have to wait.
    bench()
        .start(bench()
            .worker(bench().broker())
            .prefetch(2)
            .silence(silence)
            .handle(task, bench().journal()::ran));
    TaskClient client = bench().client();
    client.enqueue(task, "before");
    bench().await("it runs", () -> bench().journal().runs().size() == 1);
    // Each declares it for the first time, and so asks the server.
    List<Broker> operators = List.of(bench().broker(), bench().broker(), bench().broker());

    for (int round = 0; round < operators.size(); round++) {
      bench().server().deleteQueue(queue);
      bench().declare(operators.get(round), task.fromHome().topology());
      for (int job = 0; job < 6; job++) {
        String payload = "round " + round + ", job " + job;
        bench().get(bench().aside(() -> enqueueInTheEnd(client, task, payload)), payload);
      }

      int expected = 1 + (round + 1) * 6;
      Duration most = silence.multipliedBy(2).plus(SOON).plus(bench().lateness());
      boolean ran = bench().happens(most, () -> payloads().size() == expected);
      assertThat(ran)
          .as("all of round %s run within %s: %s", round, most, bench().journal())
          .isTrue();
    }
  }

  private Set<String> payloads() {
    return bench().journal().runs().stream().map(Journal.Run::payload).collect(toSet());
  }
}
