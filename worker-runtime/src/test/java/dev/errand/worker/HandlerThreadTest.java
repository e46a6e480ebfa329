package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What meets in a thread that runs handlers, in each order that there is: every step of it holds
 * one lock, so that the orders of whole steps are all there are.
 */
@Timeout(60)
final class HandlerThreadTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** Of the handler's thread, the sweep and a shutdown; each does its own in this order. */
  private enum Turn {
    TAKE_UP(Actor.HANDLER),
    BEGIN(Actor.HANDLER),
    END(Actor.HANDLER),
    TIME_OUT(Actor.SWEEP),
    GIVE_UP(Actor.SWEEP),
    CLOSE(Actor.SHUTDOWN),
    INTERRUPT(Actor.SHUTDOWN),
    TAKE_AWAY(Actor.SHUTDOWN);

    private final Actor actor;

    Turn(Actor actor) {
      this.actor = actor;
    }
  }

  private enum Actor {
    HANDLER,
    SWEEP,
    SHUTDOWN
  }

  /** What becomes of the delivery. */
  private enum Settled {
    GIVEN_BACK,
    AS_IT_ENDED,
    INTERRUPTED,
    TIMED_OUT
  }

  private final OneTaken one = new OneTaken();

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void delivery_whateverMeets_isSettledOnce_asTheFirstInterruptSays() {
    List<List<Turn>> orders = orders(List.of(), EnumSet.allOf(Turn.class));
    assertThat(orders).hasSize(560);

    for (List<Turn> order : orders) {
      assertThat(run(order)).as("%s", order).containsExactly(expected(order));
    }
  }

  /** A timer of an earlier job may send it late, and a codec may leave its own behind. */
  @Test
  void interrupt_ofSomebodyElse_reachesNeitherTheReadingNorTheJobThatFollows() {
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    HandlerThread thread = new HandlerThread(Threads.PLATFORM, "errand-stray", one.time, self -> {
      Taken taken = one.taken();
      Thread.currentThread().interrupt();
      interrupted.add(!self.takeUp(taken));
      interrupted.add(Thread.currentThread().isInterrupted());
      Thread.currentThread().interrupt();
      interrupted.add(!self.begin(new RunningJob(
          OneTaken.bound(taken, TIMEOUT), new Lifecycle(one.time, Duration.ZERO), one.time)));
      interrupted.add(Thread.currentThread().isInterrupted());
    });
    thread.start();
    thread.released().join();

    assertThat(interrupted).containsExactly(false, false, false, false);
  }

  private static List<List<Turn>> orders(List<Turn> done, EnumSet<Turn> left) {
    if (left.isEmpty()) {
      return List.of(done);
    }
    return Stream.of(Actor.values())
        .flatMap(actor -> left.stream().filter(step -> step.actor == actor).findFirst().stream())
        .flatMap(next -> {
          EnumSet<Turn> rest = EnumSet.copyOf(left);
          rest.remove(next);
          return orders(Stream.concat(done.stream(), Stream.of(next)).toList(), rest).stream();
        })
        .toList();
  }

  /** By where the steps stand, and nothing else. */
  private static Settled expected(List<Turn> order) {
    int begun = order.indexOf(Turn.BEGIN);
    if (order.indexOf(Turn.CLOSE) < begun) {
      return Settled.GIVEN_BACK;
    }
    int taken = order.indexOf(Turn.TAKE_AWAY);
    int over = Math.min(order.indexOf(Turn.END), taken > begun ? taken : Integer.MAX_VALUE);
    int timedOut = within(begun, order.indexOf(Turn.TIME_OUT), over);
    int interrupted = within(begun, order.indexOf(Turn.INTERRUPT), over);
    if (timedOut < interrupted) {
      return Settled.TIMED_OUT;
    }
    return interrupted < over || over == taken ? Settled.INTERRUPTED : Settled.AS_IT_ENDED;
  }

  private static int within(int from, int step, int until) {
    return from < step && step < until ? step : Integer.MAX_VALUE;
  }

  /** All on the handler's own thread, which is the one that an interrupt reaches. */
  private List<Settled> run(List<Turn> order) {
    AtomicReference<@Nullable List<Settled>> found = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    HandlerThread thread = new HandlerThread(Threads.PLATFORM, "errand-order", one.time, self -> {
      try {
        found.set(new Meeting(self).run(order));
      } catch (Throwable error) {
        failed.set(error);
      }
    });
    thread.start();
    thread.released().join();
    assertThat(failed.get()).as("%s", order).isNull();
    return Optional.ofNullable(found.get()).orElseThrow();
  }

  /** As a look at all threads finds it that began before one was given up. */
  @Test
  void threadThatWasGivenUp_hasNotEnded_thoughNobodyWaitsForIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Lifecycle lifecycle = new Lifecycle(one.time, Duration.ZERO);
    HandlerThread thread = new HandlerThread(Threads.PLATFORM, "errand-stuck", one.time, self -> {
      assertThat(self.takeUp(one.taken())).isTrue();
      assertThat(self.begin(new RunningJob(one.bound(TIMEOUT), lifecycle, one.time)))
          .isTrue();
      begun.countDown();
      Stage.awaitThroughInterrupts(go);
    });
    thread.start();
    begun.await();
    assertThat(thread.ended()).isFalse();
    one.time.advance(TIMEOUT.plus(WorkerBuilder.UNWINDING));
    thread.timeOut();
    assertThat(thread.giveUp()).isNotNull();
    thread.release();

    assertThat(thread.released()).isDone();
    assertThat(thread.ended()).isFalse();
    go.countDown();
  }

  private final class Meeting {
    private final HandlerThread thread;
    private final Taken taken = one.taken();
    private final List<Settled> settled = new ArrayList<>();
    private @Nullable RunningJob begun;

    Meeting(HandlerThread thread) {
      this.thread = thread;
    }

    List<Settled> run(List<Turn> order) {
      order.forEach(this::step);
      assertThat(Thread.currentThread().isInterrupted()).as("after %s", order).isFalse();
      return settled;
    }

    private void step(Turn step) {
      switch (step) {
        case TAKE_UP -> {
          if (!thread.takeUp(taken)) {
            settle(Settled.GIVEN_BACK);
          }
        }
        case BEGIN -> begin();
        case END -> end();
        case TIME_OUT -> thread.timeOut();
        case GIVE_UP -> settle(thread.giveUp());
        case CLOSE -> {
          if (thread.close() != null) {
            settle(Settled.GIVEN_BACK);
          }
        }
        case INTERRUPT -> {
          RunningJob unusedJob = thread.interrupt();
        }
        case TAKE_AWAY -> settle(thread.takeAway());
      }
    }

    private void begin() {
      RunningJob job = new RunningJob(
          OneTaken.bound(taken, TIMEOUT), new Lifecycle(one.time, Duration.ZERO), one.time);
      if (thread.begin(job)) {
        begun = job;
      }
      // Its time is over, and its time to end by an interrupt too.
      one.time.advance(TIMEOUT.plus(WorkerBuilder.UNWINDING));
    }

    private void end() {
      switch (thread.end()) {
        case UNDISTURBED -> settle(Settled.AS_IT_ENDED);
        case INTERRUPTED -> settle(Settled.INTERRUPTED);
        case TIMED_OUT -> settle(Settled.TIMED_OUT);
        case TAKEN_AWAY -> {
          // Whoever took it settles it.
        }
      }
    }

    /** As the table of steps allows it: once. */
    private void settle(Settled how) {
      taken.progress().to(Step.SETTLING);
      settled.add(how);
    }

    private void settle(@Nullable RunningJob job) {
      if (job != null) {
        assertThat(job).isSameAs(begun);
        settle(job.timedOut().isPresent() ? Settled.TIMED_OUT : Settled.INTERRUPTED);
      }
    }
  }
}
