package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class StopReportTest {
  private static final Job JOB = new Job("4711", "greet", "greetings", 1);

  @Test
  void interruptedJobs_areNamedByWhatBecomesOfThem() throws Exception {
    Task<String> once =
        Task.of("pay", String.class).on(QUEUE).retrying(RetryPolicy.never()).atMostOnce();
    CountDownLatch begun = new CountDownLatch(2);
    try (Stage stage = new Stage()) {
      Worker worker = stage.start(stage
          .worker()
          .concurrency(2)
          .gracePeriod(Duration.ZERO)
          .handle(GREET, (name, job) -> {
            begun.countDown();
            new CountDownLatch(1).await();
          })
          .handle(once, (name, job) -> {
            begun.countDown();
            new CountDownLatch(1).await();
          }));
      stage.client.enqueue(GREET, "Ann");
      stage.client.enqueue(once, "Bob");
      begun.await();

      CompletableFuture<StopReport> stop = stage.stopElsewhere(worker);
      stage.passDeadline(Duration.ZERO);
      StopReport report = stop.join();

      assertThat(report.interrupted()).extracting(Job::task).containsExactly("greet");
      assertThat(report.mayHaveRun()).extracting(Job::task).containsExactly("pay");
      assertThat(report.orderly()).isFalse();
      assertThat(report.toString())
          .containsSubsequence(
              "given back unless that ended them: greet", "dead as they may have run", ": pay");
      assertThat(stage.dead())
          .extracting(letter -> letter.headers().get(WireFormat.FAILURE_REASON))
          .containsExactly("may have run");
      assertThat(stage.waiting()).extracting(message -> message.type()).containsExactly("greet");
    }
  }

  @Test
  void whateverIsLeft_isNotOrderly() {
    assertThat(StopReport.NOTHING.orderly()).isTrue();
    List<Job> job = List.of(JOB);
    List<Job> none = List.of();
    assertThat(List.of(
            new StopReport(0, job, none, none, none, List.of()),
            new StopReport(0, none, job, none, none, List.of()),
            new StopReport(0, none, none, job, none, List.of()),
            new StopReport(0, none, none, none, job, List.of()),
            StopReport.NOTHING.withFault("A listener did not return.")))
        .noneMatch(StopReport::orderly)
        .extracting(StopReport::toString)
        .allSatisfy(text -> assertThat(text).startsWith("Jobs given back"))
        .doesNotHaveDuplicates();
  }
}
