package dev.errand.time;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ThreadSchedulerTest {
  @Test
  void after_runsInOrderOfDueTimes_onItsThread() throws Exception {
    List<String> ran = new CopyOnWriteArrayList<>();
    CountDownLatch done = new CountDownLatch(2);
    try (Scheduler scheduler = Time.system().scheduler("errand-test-timer")) {
      long begun = Time.system().nanoTime();
      scheduler.after(Duration.ofMillis(600), () -> {
        ran.add("second " + Thread.currentThread().getName());
        done.countDown();
      });
      scheduler.after(Duration.ofMillis(20), () -> {
        ran.add("first " + Thread.currentThread().getName());
        done.countDown();
      });
      assertThat(done.await(10, SECONDS)).isTrue();
      assertThat(Time.system().nanoTime() - begun).isGreaterThanOrEqualTo(600_000_000L);
    }
    assertThat(ran).containsExactly("first errand-test-timer", "second errand-test-timer");
  }

  @Test
  void after_actionThatThrows_stopsNoOther() throws Exception {
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    CountDownLatch other = new CountDownLatch(1);
    try (Scheduler scheduler = Time.system().scheduler("errand-test-timer")) {
      scheduler.after(
          Duration.ZERO,
          () -> Thread.currentThread()
              .setUncaughtExceptionHandler((thread, error) -> reported.complete(error)));
      scheduler.after(Duration.ZERO, () -> {
        throw new IllegalStateException("planted");
      });
      scheduler.after(Duration.ZERO, other::countDown);
      assertThat(other.await(10, SECONDS)).isTrue();
      assertThat(reported.get(10, SECONDS)).hasMessage("planted");
    }
  }

  @Test
  void start_hasItsThreadBegin_once() {
    String name = "errand-test-begun";
    try (Scheduler scheduler = Time.system().scheduler(name)) {
      assertThat(threads(name)).isZero();
      scheduler.start();
      scheduler.start();
      assertThat(threads(name)).isOne();
    }
    assertThat(threads(name)).isZero();
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  @Test
  void close_fromItsOwnAction_doesNotWaitForItself() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Scheduler scheduler = Time.system().scheduler("errand-test-timer");
    scheduler.after(Duration.ZERO, () -> {
      scheduler.close();
      closed.countDown();
    });
    assertThat(closed.await(10, SECONDS)).isTrue();
    scheduler.close();
    scheduler.after(Duration.ZERO, () -> {
      throw new AssertionError("ran after close");
    });
  }
}
