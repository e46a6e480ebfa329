package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.tck.kit.Patience;
import dev.errand.worker.Health;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import dev.errand.worker.WorkerListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** N: what a worker tells of itself. */
abstract class HealthCases extends Cases {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(2);

  HealthCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("N4 health: ready, not ready, not live, and why, within a bounded time of the fact")
  void healthFollowsTheFacts() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    Broker broker = bench().watchful();
    bench().server().stop();
    bench().await("it is cut off", () -> !connected(broker));

    Worker worker = bench().start(bench().worker(broker).handle(task, bench().journal()::ran));
    assertNotReady(worker, Health.Kind.NOT_CONSUMING, bench().queueOf(task));
    bench().server().start();
    assertReady(worker);

    bench().server().stop();
    assertNotReady(worker, Health.Kind.NOT_CONSUMING, bench().queueOf(task));
    bench().server().start();
    broker.ready(Patience.LONGEST);
    assertReady(worker);

    bench().get(worker.pause(), "paused");
    assertNotReady(worker, Health.Kind.PAUSED, "");
    worker.resume();
    assertReady(worker);

    bench().get(bench().stop(worker), "stopped");
    assertNotReady(worker, Health.Kind.STOPPING, "");

    Broker closed = bench().broker();
    Worker cutOff = bench().start(bench().worker(closed).handle(task, bench().journal()::ran));
    assertReady(cutOff);
    bench().cutOff(closed);
    assertTold(cutOff, Health.Kind.CUT_OFF, bench().queueOf(task));
    assertThat(cutOff.health().live()).as("%s", cutOff.health()).isFalse();
  }

  private static boolean connected(Broker broker) {
    try {
      broker.ready(Duration.ZERO);
      return true;
    } catch (RuntimeException away) {
      return false;
    }
  }

  private void assertReady(Worker worker) {
    boolean ready = bench().happens(soon(), () -> worker.health().ready());

    assertThat(ready).as("ready: %s", worker.health()).isTrue();
    assertThat(worker.health().live()).as("%s", worker.health()).isTrue();
  }

  private void assertNotReady(Worker worker, Health.Kind kind, String subject) {
    assertTold(worker, kind, subject);
    assertThat(worker.health().live()).as("%s", worker.health()).isTrue();
  }

  private void assertTold(Worker worker, Health.Kind kind, String subject) {
    boolean told = bench().happens(soon(), () -> tells(worker.health(), kind, subject));

    assertThat(told).as("%s of '%s': %s", kind, subject, worker.health()).isTrue();
    assertThat(worker.health().reasons())
        .allSatisfy(
            reason -> assertThat(reason.sentence()).contains(reason.subject()).endsWith("."));
  }

  private static boolean tells(Health health, Health.Kind kind, String subject) {
    return !health.ready()
        && health.reasons().stream()
            .anyMatch(reason -> reason.kind() == kind && reason.subject().equals(subject));
  }

  private Duration soon() {
    return SOON.plus(bench().silence()).plus(bench().lateness());
  }

  @Test
  @DisplayName(
      "N5 a subscription that says that it consumes, and brings nothing while jobs wait, is"
          + " made again within twice the silence, and that is told")
  void silenceIsEnded() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    String queue = bench().queueOf(task);
    List<WorkerEvent.Silent> told = new CopyOnWriteArrayList<>();
    Worker worker = bench()
        .start(bench()
            .worker(new Lying(bench().broker(), queue, 2))
            .silence(SILENCE)
            .listener(collecting(told))
            .handle(task, bench().journal()::ran));
    TaskClient client = bench().client();
    client.enqueueAll(task, List.of("a", "b"));
    Duration most = SILENCE.multipliedBy(2).plus(SOON).plus(bench().lateness());

    assertThat(bench().happens(most, () -> !told.isEmpty())).as("it is told").isTrue();
    assertThat(told.get(0).queue()).isEqualTo(queue);
    assertThat(told.get(0).waiting()).isEqualTo(2);
    assertNotReady(worker, Health.Kind.SILENT, queue);

    boolean ran = bench().happens(most, () -> bench().journal().runs().size() == 2);
    assertThat(ran).as("they run: %s", bench().journal()).isTrue();
    assertReady(worker);
    assertThat(bench().journal().runs()).extracting(Journal.Run::attempt).containsOnly(1);
  }

  private static WorkerListener collecting(List<WorkerEvent.Silent> told) {
    return event -> {
      if (event instanceof WorkerEvent.Silent silent) {
        told.add(silent);
      }
    };
  }

  @Test
  @DisplayName("N6 a worker asks what waits in a queue at most once in a silence, and not at all"
      + " while it is paused")
  void looksAreRare() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    Lying broker = new Lying(bench().broker(), bench().queueOf(task), 0);
    Worker worker = bench()
        .start(bench().worker(broker).silence(SILENCE).handle(task, bench().journal()::ran));
    assertReady(worker);
    long begin = bench().time().nanoTime();
    long earlier = broker.looks();
    bench().watch("it idles", SILENCE.multipliedBy(3), () -> true);
    long looks = broker.looks() - earlier;
    Duration idle = Duration.ofNanos(bench().time().nanoTime() - begin);
    assertThat(looks).as("looks in %s", idle).isBetween(1L, idle.dividedBy(SILENCE) + 1);

    bench().get(worker.pause(), "paused");
    // One may be on its way.
    long before = broker.looks() + 1;
    bench().watch("it is paused", SILENCE.multipliedBy(3), () -> broker.looks() <= before);
    worker.resume();
    bench().client().enqueue(task, "after");
    bench().await("it runs", () -> bench().journal().runs().size() == 1);
  }

  @Test
  @DisplayName("N7 a queue is not taken for silent while jobs are in hand since before a resume,"
      + " for each of which its consumer may have a place less")
  void closedPlacesAreNoSilence() {
    Task<String> task = Task.of("run", String.class).on(bench().name("queue"));
    List<WorkerEvent.Silent> told = new CopyOnWriteArrayList<>();
    CountDownLatch first = new CountDownLatch(1);
    Worker worker = bench()
        .start(bench()
            .worker(bench().broker())
            .concurrency(4)
            .prefetch(4)
            .silence(SILENCE)
            .listener(collecting(told))
            .handle(task, (payload, job) -> {
              if (payload.equals("a")) {
                bench().journal().ran(payload, job);
                first.await();
              } else {
                bench().journal().hold(payload, job);
              }
            }));
    TaskClient client = bench().client();
    client.enqueueAll(task, List.of("a", "b"));
    bench().await("two run", () -> bench().journal().runs().size() == 2);
    bench().get(worker.pause(), "paused");
    worker.resume();
    assertReady(worker);

    // The place of the one that ends may stay closed for the one that is carried.
    client.enqueueAll(task, List.of("c", "d", "e", "f"));
    first.countDown();
    bench().await("a third runs", () -> bench().journal().runs().size() >= 3);
    bench().watch("none is told silent", SILENCE.multipliedBy(4), told::isEmpty);
    bench().journal().release();
    bench().await("all ran", () -> bench().journal().ended() == 5);
  }
}
