package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DispatcherTest {
  private final Dispatcher dispatcher =
      new Dispatcher("test", 1, Threads.PLATFORM, (taken, thread) -> {});
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
}
