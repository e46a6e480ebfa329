package dev.errand.contract.rabbit.killer;

import static dev.errand.contract.rabbit.killer.HaltingWorker.KILLER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.DeadLetter;
import dev.errand.DeadLetters;
import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.codec.WireFormat;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The cases of jobs that came back, where it is no game: a job halts its JVM, and a server
 * restarts. Each prints what it counted.
 */
@Timeout(300)
final class KillerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Two from its queue, where it sat beside others, three from the lane, where it was alone. */
  private static final String FIVE_DEATHS =
      "killer: worker lost, attempt 1, returns 2, crashes 3," + " interruptions 0, deferrals 0";

  private static RabbitNode node;
  private static Broker broker;

  private final Task<String> task = HaltingWorker.task("killer-" + UUID.randomUUID());
  private final String queue =
      ((dev.errand.Home.ToQueue<String>) task.home()).queue().name();

  @BeforeAll
  static void start() {
    node = RabbitServer.privateNode();
    broker = Broker.open(node.address());
    broker.ready(PATIENCE);
  }

  @AfterAll
  static void end() {
    broker.close();
    node.close();
  }

  @Test
  void killerAmongQuickJobs_aloneIsDead() {
    List<String> innocents = enqueueAround(500);
    try (Fleet fleet = new Fleet(node.address(), queue, 0)) {
      fleet.start(1);
      String counters = assertKillerAlone("among 500 quick jobs, 1 worker", fleet, innocents);
      assertHaltedFiveTimes(fleet);
      assertThat(counters).isEqualTo(FIVE_DEATHS);
    }
  }

  @Test
  void killerAmongSlowJobs_ofTwoWorkers_aloneIsDead() {
    List<String> innocents = enqueueAround(32);
    try (Fleet fleet = new Fleet(node.address(), queue, 1_000)) {
      fleet.start(2);
      String counters = assertKillerAlone("among 32 slow jobs, 2 workers", fleet, innocents);
      assertHaltedFiveTimes(fleet);
      assertThat(counters).isEqualTo(FIVE_DEATHS);
    }
  }

  @Test
  void sixRestartsOfTheServer_underSlowJobs_addNobodyToTheKiller() {
    List<String> innocents = enqueueAround(32);
    try (Fleet fleet = new Fleet(node.address(), queue, 3_000)) {
      fleet.start(2);
      for (int restart = 1; restart <= 6; restart++) {
        int begins = fleet.begins();
        await("a job has begun before restart " + restart, () -> fleet.begins() > begins, fleet);
        node.kill();
        node.start();
      }
      String counters = assertKillerAlone(
          "among 32 slow jobs, 2 workers, 6 restarts of the server", fleet, innocents);
      // Two from its queue, three from the lane, and one for each reconnect that may excuse it.
      assertThat(fleet.halted()).isBetween(3, 5 + 6);
      // What comes back to a worker that has just got its connection back is a return and no crash.
      assertThat(counters)
          .matches("killer: worker lost, attempt 1, returns ([2-9]|\\d\\d), crashes 3,"
              + " interruptions 0, deferrals 0");
    }
  }

  /** Each worker stops in order, and is lost all the same. */
  @Test
  void jobThatEndsItsProcessInOrder_isDeadForIt() {
    TaskClient.on(broker).enqueue(task, HaltingWorker.EXITING, EnqueueOptions.withId(KILLER));
    try (Fleet fleet = new Fleet(node.address(), queue, 0)) {
      fleet.start(1);
      await("it is dead", () -> !dead().isEmpty(), fleet);
      assertHaltedFiveTimes(fleet);
    }
    assertThat(dead()).singleElement().satisfies(letter -> {
      System.out.println("exiting job: " + counted(letter));
      assertThat(letter.reason()).isEqualTo("worker lost");
    });
  }

  /** As many, with the killer amid them. */
  private List<String> enqueueAround(int innocents) {
    List<String> names =
        IntStream.range(0, innocents).mapToObj(i -> "innocent-" + i).toList();
    TaskClient client = TaskClient.on(broker);
    client.enqueueAll(task, names.subList(0, innocents / 2));
    client.enqueue(task, KILLER, EnqueueOptions.withId(KILLER));
    client.enqueueAll(task, names.subList(innocents / 2, innocents));
    return names;
  }

  /** The end of a process is noticed a moment after the other worker may have buried its job. */
  private static void assertHaltedFiveTimes(Fleet fleet) {
    await("five are halted", () -> fleet.halted() >= 5, fleet);
    assertThat(fleet.halted()).isEqualTo(5);
  }

  /** Its counters, in words. */
  private String assertKillerAlone(String title, Fleet fleet, List<String> innocents) {
    // One look, as what was looked at is back in its queue a moment later.
    AtomicReference<List<DeadLetter>> seen = new AtomicReference<>(List.of());
    await(
        "the killer is dead, and each other one done or dead",
        () -> {
          List<DeadLetter> found = dead();
          seen.set(found);
          return found.stream().anyMatch(letter -> letter.id().equals(KILLER))
              && fleet.done().size() >= innocents.size() + 1 - found.size();
        },
        fleet);
    List<DeadLetter> dead = seen.get();
    List<String> missing = new ArrayList<>(innocents);
    missing.removeAll(fleet.done());
    System.out.printf(
        "killer %s: done %d  dead %d %s  worker lost %d  missing %d  kills %d  all done after %d s%n",
        title,
        fleet.done().size(),
        dead.size(),
        dead.stream().map(KillerTest::counted).toList(),
        dead.stream().filter(letter -> letter.reason().equals("worker lost")).count(),
        missing.size(),
        fleet.halted(),
        fleet.doneAfter().toSeconds());
    assertThat(missing).as("missing").isEmpty();
    assertThat(dead).extracting(DeadLetter::id).as("dead").containsExactly(KILLER);
    assertThat(dead.get(0).reason()).isEqualTo("worker lost");
    return counted(dead.get(0));
  }

  private static String counted(DeadLetter letter) {
    return "%s: %s, attempt %d, returns %d, crashes %d, interruptions %d, deferrals %d"
        .formatted(
            letter.id(),
            letter.reason(),
            letter.attempt(),
            WireFormat.count(letter.message(), WireFormat.RETURNS, 0),
            WireFormat.count(letter.message(), WireFormat.CRASHES, 0),
            WireFormat.count(letter.message(), WireFormat.INTERRUPTIONS, 0),
            WireFormat.count(letter.message(), WireFormat.DEFERRALS, 0));
  }

  /** None where the server does not answer. */
  private List<DeadLetter> dead() {
    try {
      return DeadLetters.of(broker, queue).list(100);
    } catch (BrokerException away) {
      return List.of();
    }
  }

  private static void await(String what, BooleanSupplier happened, Fleet fleet) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!happened.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Not within " + PATIENCE + ": " + what + "; done "
            + fleet.done().size() + ", halted " + fleet.halted() + "\n" + fleet.tail());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
