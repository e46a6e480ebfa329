package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Whoever meets at the ring, in each order of their steps that Lincheck finds: each message ends
 * once, and nobody waits for what has left.
 */
class ConfirmRingTest {
  private static final int ORDERS = 150;
  private static final Publication PUBLICATION =
      Publication.of(Message.of("m", new byte[0]).build(), Route.queue("q"));

  /** A message on its way, and how often it ended. */
  private static final class Sent extends Confirm {
    private final AtomicInteger ends = new AtomicInteger();

    private Sent(long number, long at) {
      super(PUBLICATION);
      sent(number, at);
    }

    @Override
    void succeeded() {
      ends.incrementAndGet();
    }

    @Override
    void failed(PublishException reason) {
      ends.incrementAndGet();
    }

    private void end() {
      ends.incrementAndGet();
    }
  }

  private static void end(Confirm confirm) {
    ((Sent) confirm).end();
  }

  private static List<Sent> fill(ConfirmRing ring, int messages) {
    List<Sent> all = new ArrayList<>();
    for (int number = 1; number <= messages; number++) {
      Sent sent = new Sent(number, number);
      ring.put(sent);
      all.add(sent);
    }
    return all;
  }

  private static void inParallel(Runnable one, Runnable other) throws InterruptedException {
    Thread first = new Thread(one);
    Thread second = new Thread(other);
    first.start();
    second.start();
    first.join();
    second.join();
  }

  private interface Interleaving {
    void run() throws InterruptedException;
  }

  private static void inEachOrder(Interleaving test) {
    Runnable unchecked = () -> {
      try {
        test.run();
      } catch (InterruptedException never) {
        throw new AssertionError(never);
      }
    };
    // Loads the classes: to do so in a run could last longer than a run may.
    unchecked.run();
    Lincheck.runConcurrentTest(ORDERS, unchecked);
  }

  private static void assertAllEndedOnce(ConfirmRing ring, List<Sent> all) {
    for (Sent sent : all) {
      if (sent.ends.get() != 1) {
        throw new AssertionError("message " + sent.number() + " ended " + sent.ends + " times");
      }
    }
    if (!ring.isEmpty()) {
      throw new AssertionError("something is left");
    }
  }

  @Test
  void answerAndSweep_meet_eachMessageEndsOnce() {
    inEachOrder(() -> {
      ConfirmRing ring = new ConfirmRing(4);
      List<Sent> all = fill(ring, 3);
      inParallel(
          () -> {
            ring.answered(2, false, ConfirmRingTest::end);
            ring.answered(3, true, ConfirmRingTest::end);
          },
          () -> ring.expire(100, 98, ConfirmRingTest::end));
      assertAllEndedOnce(ring, all);
    });
  }

  /** Race 1: a close that passes over what is being put leaves it to the write that fails. */
  @Test
  void closeAndPublish_meet_eachMessageEndsOnce() {
    inEachOrder(() -> {
      ConfirmRing ring = new ConfirmRing(4);
      List<Sent> all = fill(ring, 1);
      Sent late = new Sent(2, 2);
      all.add(late);
      inParallel(() -> ring.takeAll(ConfirmRingTest::end), () -> {
        ring.put(late);
        if (ring.remove(late)) {
          late.end();
        }
      });
      if (late.ends.get() != 1 || all.get(0).ends.get() != 1) {
        throw new AssertionError("ended " + all.get(0).ends + " and " + late.ends + " times");
      }
    });
  }

  /** Race 2: what leaves while a publisher begins to wait wakes it, or is seen by it. */
  @Test
  void answerAndPublisherThatWaits_meet_thePublisherFindsRoom() {
    inEachOrder(() -> {
      ConfirmRing ring = new ConfirmRing(2);
      List<Sent> all = fill(ring, 2);
      Sent third = new Sent(3, 3);
      all.add(third);
      inParallel(() -> ring.answered(1, false, ConfirmRingTest::end), () -> {
        awaitRoom(ring);
        ring.put(third);
      });
      ring.answered(3, true, ConfirmRingTest::end);
      assertAllEndedOnce(ring, all);
    });
  }

  /** As a channel's publisher does, without a deadline: one that is not woken waits for ever. */
  private static void awaitRoom(ConfirmRing ring) {
    while (!ring.hasRoom()) {
      CompletableFuture<Void> left = ring.nextToLeave();
      if (!ring.hasRoom()) {
        left.join();
      }
    }
  }

  /** Race 3: a waiter gives up, and the next leaves its signal while the first is woken. */
  @Test
  void answersAndTheNextWaiter_meet_theNextWaiterIsWoken() {
    inEachOrder(() -> {
      ConfirmRing ring = new ConfirmRing(2);
      fill(ring, 2);
      CompletableFuture<Void> unusedOfWhoGaveUp = ring.nextToLeave();
      inParallel(
          () -> {
            ring.answered(2, false, ConfirmRingTest::end);
            ring.answered(1, false, ConfirmRingTest::end);
          },
          () -> awaitRoom(ring));
    });
  }

  @Test
  void put_aroundTheRing_findsEachByItsNumber() {
    ConfirmRing ring = new ConfirmRing(3);
    List<Sent> all = new ArrayList<>();
    for (int number = 1; number <= 10; number++) {
      assertThat(ring.hasRoom()).isTrue();
      Sent sent = new Sent(number, 0);
      ring.put(sent);
      all.add(sent);
      assertThat(ring.find(number)).isSameAs(sent);
      assertThat(ring.find(number + 4L)).isNull();
      if (number % 3 == 0) {
        assertThat(ring.hasRoom()).isFalse();
        ring.answered(number, true, ConfirmRingTest::end);
      }
    }
    assertThat(ring.isEmpty()).isFalse();
    ring.takeAll(ConfirmRingTest::end);
    assertAllEndedOnce(ring, all);
  }
}
