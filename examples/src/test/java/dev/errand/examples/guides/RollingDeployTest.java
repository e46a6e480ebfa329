package dev.errand.examples.guides;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.Upcasters;
import dev.errand.broker.Broker;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.Time;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two releases of one application at one queue, while one replaces the other. */
@Timeout(60)
class RollingDeployTest {
  /** The release that goes. */
  private static final class Before {
    record Upload(String file) {}

    static final Task<Before.Upload> RENDER = Task.of("uploads.render", Before.Upload.class)
        .on("uploads")
        .retrying(RetryPolicy.every(Duration.ZERO).attempts(2));
  }

  /** The release that comes: a field and a task more. */
  private static final class After {
    record Upload(String file, @Nullable String language) {}

    record Scan(String file) {}

    static final Task<After.Upload> RENDER =
        Task.of("uploads.render", After.Upload.class).on("uploads");
    // @start region="alias"
    static final Task<Upload> CONVERT =
        Task.of("uploads.convert", Upload.class).on("uploads").alias("uploads.render");
    // @end

    // @start region="version"
    record Document(List<String> files, String language) {}

    static final Task<Document> RESHAPED = Task.of("uploads.render", Document.class)
        .on("uploads")
        .version(2, Upcasters.from(1, Upload.class, After::reshaped));

    private static Document reshaped(Upload upload) {
      String language = upload.language() == null ? "en" : upload.language();
      return new Document(List.of(upload.file()), language);
    }
    // @end

    static final Task<Scan> SCAN = Task.of("uploads.scan", Scan.class).on("uploads");
  }

  private final Stage stage = new Stage(Time.system());
  private final Broker broker = stage.broker;
  private final TaskClient tasks = stage.tasks;
  private final Signals signals = stage.signals;
  private final List<Object> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void oldJob_isReadByTheNewWorker() throws Exception {
    stage.start(After.RENDER, (upload, job) -> seen.add(upload));

    tasks.enqueue(Before.RENDER, new Before.Upload("a.md"));

    signals.await(WorkerEvent.Succeeded.class);
    assertThat(seen).containsExactly(new After.Upload("a.md", null));
  }

  @Test
  void newJob_isReadByTheOldWorker() throws Exception {
    stage.start(Before.RENDER, (upload, job) -> seen.add(upload));

    tasks.enqueue(After.RENDER, new After.Upload("a.md", "de"));

    signals.await(WorkerEvent.Succeeded.class);
    assertThat(seen).containsExactly(new Before.Upload("a.md"));
  }

  @Test
  void newJob_thatTheOldWorkerGivesUpOn_keepsItsNewField() throws Exception {
    stage.start(Before.RENDER, (upload, job) -> {
      throw new IllegalStateException("not today");
    });

    tasks.enqueue(After.RENDER, new After.Upload("a.md", "de"));

    signals.await(WorkerEvent.DeadLettered.class);
    stop();
    assertThat(new String(broker.inspect("uploads.dead", 1).join().head().get(0).body(), UTF_8))
        .isEqualTo("{\"file\":\"a.md\",\"language\":\"de\"}");
  }

  @Test
  void jobOfANewTask_waitsAtTheOldWorker_andRunsAtTheNewOne() throws Exception {
    stage.start(Before.RENDER, (upload, job) -> seen.add(upload));

    tasks.enqueue(After.SCAN, new After.Scan("a.md"));

    assertThat(signals.await(WorkerEvent.Waiting.class).reason())
        .isEqualTo("no handler for task 'uploads.scan'");
    stop();
    stage.start(After.SCAN, (scan, job) -> seen.add(scan));
    signals.await(WorkerEvent.Succeeded.class);
    assertThat(seen).containsExactly(new After.Scan("a.md"));
  }

  @Test
  void renamedTask_runsJobsOfBothNames() throws Exception {
    stage.start(After.CONVERT, (upload, job) -> seen.add(upload.file()));

    tasks.enqueue(Before.RENDER, new Before.Upload("old.md"));
    tasks.enqueue(After.CONVERT, new After.Upload("new.md", "de"));

    signals.await(WorkerEvent.Succeeded.class);
    signals.await(WorkerEvent.Succeeded.class);
    assertThat(seen).containsExactlyInAnyOrder("old.md", "new.md");
  }

  @Test
  void payloadOfALaterVersion_waitsAtTheOldWorker_andThatOfAnEarlierOneIsBroughtUp()
      throws Exception {
    stage.start(Before.RENDER, (upload, job) -> seen.add(upload));
    tasks.enqueue(After.RESHAPED, new After.Document(List.of("a.md"), "de"));
    assertThat(signals.await(WorkerEvent.Waiting.class).reason())
        .isEqualTo("its payload is version 2, and task 'uploads.render' here reads up to 1");
    stop();

    stage.start(After.RESHAPED, (document, job) -> seen.add(document));
    tasks.enqueue(Before.RENDER, new Before.Upload("b.md"));

    signals.await(WorkerEvent.Succeeded.class);
    signals.await(WorkerEvent.Succeeded.class);
    assertThat(seen)
        .containsExactlyInAnyOrder(
            new After.Document(List.of("a.md"), "de"), new After.Document(List.of("b.md"), "en"));
  }

  @Test
  void unreadableJob_isDeadAtOnce_withItsBody() throws Exception {
    record Wrong(List<String> file) {}
    stage.start(Before.RENDER, (upload, job) -> seen.add(upload));

    tasks.enqueue(Task.of("uploads.render", Wrong.class).on("uploads"), new Wrong(List.of("a.md")));

    assertThat(signals.await(WorkerEvent.DeadLettered.class).job().attempt()).isEqualTo(1);
    stop();
    assertThat(broker.inspect("uploads.dead", 1).join().head())
        .singleElement()
        .satisfies(letter -> {
          assertThat(new String(letter.body(), UTF_8)).isEqualTo("{\"file\":[\"a.md\"]}");
          assertThat(letter.headers())
              .containsEntry(WireFormat.FAILURE_REASON, "the body cannot be read");
        });
  }

  @Test
  void payloadAboveAMebibyte_isRefused_unlessTheClientAllowsMore() {
    Before.Upload large = new Before.Upload("x".repeat(TaskClient.DEFAULT_MAX_PAYLOAD));

    assertThatThrownBy(() -> tasks.enqueue(Before.RENDER, large))
        .isInstanceOfSatisfying(
            PublishException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.BEYOND_LIMIT));

    assertThat(tasks
            .maxPayload(2 * TaskClient.DEFAULT_MAX_PAYLOAD)
            .enqueue(Before.RENDER, large)
            .task())
        .isEqualTo("uploads.render");
  }

  /** Dead letters are looked at when they are safe, which a stop waits for. */
  private void stop() {
    assertThat(stage.stop().orderly()).isTrue();
  }
}
