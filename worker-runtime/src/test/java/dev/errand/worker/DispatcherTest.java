package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class DispatcherTest {
  private final Dispatcher dispatcher =
      new Dispatcher("test", 1, Threads.PLATFORM, Time.system(), (taken, thread) -> {});
  private final OneTaken one = new OneTaken();

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void end_waitsForWhatSomebodyGivesBack() {
    Taken taken = one.taken();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    dispatcher.backlog().putAside(taken);
    dispatcher.start();
    dispatcher.backlog().giveBack(each -> true, each -> {
      dispatcher.close();
      dispatcher.threads().forEach(thread -> thread.released().join());
      ends.add(dispatcher.ended());
      assertThat(ends).singleElement().matches(end -> !end.isDone());
    });

    assertThat(ends).singleElement().satisfies(CompletableFuture::join);
  }

  private static Thread throwing() {
    throw new IllegalStateException("no such class");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        arguments((Supplier<Thread>) NeverStarts::new, OutOfMemoryError.class),
        arguments((Supplier<Thread>) DispatcherTest::throwing, IllegalStateException.class));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  @Timeout(60)
  void threadThatCannotBeReplaced_isGivenUpAllTheSame_andReplacedWhenThereIsAThread(
      Supplier<Thread> refused, Class<Throwable> why) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean exhausted = new AtomicBoolean();
    RunningJob job = new RunningJob(
        one.bound(Duration.ofSeconds(1)), new Lifecycle(one.time, Duration.ZERO), one.time);
    Dispatcher few = new Dispatcher(
        "few",
        1,
        (name, work) -> exhausted.get() ? refused.get() : Threads.PLATFORM.make(name, work),
        one.time,
        (each, thread) -> {
          if (thread.begin(job)) {
            begun.countDown();
            Stage.awaitThroughInterrupts(go);
          }
        });
    few.start();
    few.backlog().offer(one.taken());
    begun.await();
    exhausted.set(true);
    one.time.advance(Duration.ofSeconds(1).plus(WorkerBuilder.UNWINDING));
    few.threads().forEach(HandlerThread::timeOut);

    List<Dispatcher.GivenUp> given = new ArrayList<>();
    few.giveUp(given::add);

    assertThat(given).singleElement().satisfies(each -> {
      assertThat(each.job()).isSameAs(job);
      assertThat(each.replaced()).isFalse();
    });
    assertThat(few.slots()).isZero();
    assertThat(few.missing()).isEqualTo(1);
    assertThat(few.refusal()).containsInstanceOf(why);
    assertThat(few.refill()).as("to be tried again").isTrue();

    exhausted.set(false);
    assertThat(few.refill()).as("one is stuck still").isTrue();
    assertThat(few.slots()).isEqualTo(1);
    assertThat(few.missing()).isZero();
    go.countDown();
    few.close();
    few.ended().get(20, TimeUnit.SECONDS);
  }

  @Test
  void jobOfAThreadThatIsGivenUp_isSettledBeforeTheNextIs() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    Dispatcher two = new Dispatcher("two", 2, Threads.PLATFORM, one.time, (each, thread) -> {
      Lifecycle lifecycle = new Lifecycle(one.time, Duration.ZERO);
      RunningJob job = new RunningJob(one.bound(Duration.ofSeconds(1)), lifecycle, one.time);
      if (thread.begin(job)) {
        begun.countDown();
        Stage.awaitThroughInterrupts(go);
      }
    });
    two.start();
    two.backlog().offer(one.taken());
    two.backlog().offer(one.taken());
    begun.await();
    one.time.advance(Duration.ofSeconds(1).plus(WorkerBuilder.UNWINDING));
    two.threads().forEach(HandlerThread::timeOut);

    List<Integer> stuckThen = new ArrayList<>();
    two.giveUp(given -> stuckThen.add(two.stuck().size()));

    assertThat(stuckThen).containsExactly(1, 2);
    go.countDown();
    two.close();
    two.ended().get(20, TimeUnit.SECONDS);
  }

  @Test
  void startThatIsRefusedMidway_endsTheThreadsThatHadStarted() {
    AtomicInteger made = new AtomicInteger();
    Dispatcher half = new Dispatcher(
        "half",
        2,
        (name, work) ->
            made.incrementAndGet() == 1 ? Threads.PLATFORM.make(name, work) : new NeverStarts(),
        one.time,
        (each, thread) -> {});

    assertThatThrownBy(half::start).isInstanceOf(OutOfMemoryError.class);

    Stage.assertNoThreads("half");
    assertThat(half.ended()).isDone();
  }

  @Test
  @Timeout(60)
  void threadsThatCannotStart_areNotWaitedFor() {
    Dispatcher none = new Dispatcher(
        "none", 2, (name, work) -> new NeverStarts(), one.time, (each, thread) -> {});

    assertThatThrownBy(none::start).isInstanceOf(OutOfMemoryError.class);
    none.close();
    assertThat(none.ended()).isDone();
  }
}
