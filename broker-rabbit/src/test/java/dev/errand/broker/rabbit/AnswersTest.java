package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AnswersTest {
  @Test
  void close_afterAnAnswer_leavesNoThread() throws Exception {
    for (int round = 0; round < 20; round++) {
      closeAfterAnAnswer();
    }
  }

  private static void closeAfterAnAnswer() throws Exception {
    Threads threads = new Threads();
    Answers answers = new Answers(threads);
    CompletableFuture<Void> answer = new CompletableFuture<>();
    answers.succeedNow(answer);
    answer.get(20, SECONDS);

    answers.close(Duration.ofSeconds(20));

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain(threads.name("answer"));
  }

  @Test
  void give_anActionThatWaitsForTheNextAnswer_isAnswered() throws Exception {
    Answers answers = new Answers(new Threads());
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> second = new CompletableFuture<>();
    CompletableFuture<Void> waiter = first.thenRun(() -> {
      answers.succeedNow(second);
      second.join();
    });

    answers.succeedNow(first);

    waiter.get(20, SECONDS);
    answers.close(Duration.ofSeconds(20));
  }
}
