package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On threads that are free and never run, as those on a JVM whose carriers are all held. */
class StarvationTest {
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final OneTaken one = new OneTaken();
  private final Recorder events = new Recorder();
  private final Herald herald = new Herald(new Events("test", events), one.time);
  private final Dispatcher dispatcher =
      new Dispatcher("test", 2, Threads.PLATFORM, one.time, (taken, thread) -> {});
  private final Rounds rounds =
      new Rounds(SILENCE, "test-watch", one.time, new Lifecycle(one.time, Duration.ZERO));
  private final Starvation starvation = new Starvation(dispatcher, herald, rounds);

  @AfterEach
  void close() {
    herald.end();
    dispatcher.close();
    rounds.close();
    one.close();
  }

  @Test
  void jobThatWaitsFromLookToLook_whileAThreadIsFree_isToldOnce_untilItBegins() {
    herald.start();
    dispatcher.backlog().offer(one.taken());
    starvation.look();
    assertThat(starvation.queue()).as("after one look").isEmpty();
    starvation.look();
    starvation.look();

    assertThat(starvation.queue()).hasValue("q");
    assertThat(events.await(WorkerEvent.Starved.class))
        .isEqualTo(new WorkerEvent.Starved("test", "q", SILENCE));

    assertThat(dispatcher.backlog().take()).isNotNull();
    starvation.look();
    assertThat(starvation.queue()).isEmpty();
    herald.end();
    herald.ended().join();
    assertThat(events.all(WorkerEvent.Starved.class)).hasSize(1);
  }

  @Test
  void jobsThatComeAndBegin_areNoStarvation() {
    for (int look = 0; look < 3; look++) {
      dispatcher.backlog().offer(one.taken());
      starvation.look();
      assertThat(dispatcher.backlog().take()).isNotNull();
    }

    assertThat(starvation.queue()).isEmpty();
  }

  @Test
  void jobThatWaits_whileAllThreadsWork_isNoStarvation() {
    dispatcher
        .threads()
        .forEach(thread -> assertThat(thread.takeUp(one.taken())).isTrue());
    dispatcher.backlog().offer(one.taken());
    starvation.look();
    starvation.look();

    assertThat(starvation.queue()).isEmpty();
  }
}
