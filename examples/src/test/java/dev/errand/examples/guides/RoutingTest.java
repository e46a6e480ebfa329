package dev.errand.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.errand.Source;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/guides/routing.md shows and says. */
@Timeout(60)
class RoutingTest {
  // @start region="task"
  record Upload(String file, String kind) {}

  static final Exchange UPLOADS = Exchange.topic("uploads");

  static final Task<Upload> UPLOADED = Task.of("uploaded", Upload.class)
      .through(UPLOADS, upload -> "upload." + upload.kind())
      .retrying(RetryPolicy.every(Duration.ofMillis(100)).attempts(2));
  // @end

  // @start region="constants"
  static final Queue INDEX = Queue.named("index").durability(Queue.Durability.DURABLE);

  static final Source<Upload> INDEX_UPLOADS = UPLOADED.from(INDEX).boundBy("upload.#");
  static final Task<String> REMOVE = Task.of("index.remove", String.class).on(INDEX);
  // @end

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Signals heard = new Signals();

  @Test
  void copies_runAndFailApart() throws Exception {
    try (Broker broker = Broker.open("memory:");
        Worker index = indexing(broker);
        Worker render = rendering(broker)) {
      TaskClient.on(broker).enqueue(UPLOADED, new Upload("a.png", "image"));

      assertThat(heard.await(WorkerEvent.DeadLettered.class).job().queue()).isEqualTo("index");
      await().until(() -> seen.contains("render a.png"));
      index.stop();
      render.stop();
      assertThat(seen)
          .containsExactlyInAnyOrder("render a.png", "index a.png", "index a.png again");
      assertThat(waiting(broker, "index.dead")).isEqualTo(1);
      assertThat(waiting(broker, "render.dead")).isZero();
    }
  }

  private Worker indexing(Broker broker) {
    WorkerBuilder described = Worker.on(broker).name("index").listener(heard);
    // @start region="constants-worker"
    described
        .handle(INDEX_UPLOADS, (upload, job) -> add(upload, job.attempt()))
        .handle(REMOVE, (file, job) -> remove(file));
    // @end
    return described.start();
  }

  private Worker rendering(Broker broker) {
    // @start region="worker"
    Worker worker = Worker.on(broker)
        .handle(
            UPLOADED.from("render").boundBy("upload.image", "upload.video"),
            (upload, job) -> render(upload))
        .start();
    // @end
    return worker;
  }

  private void add(Upload upload, int attempt) {
    seen.add("index " + upload.file() + (attempt > 1 ? " again" : ""));
    throw new IllegalStateException("the index is down");
  }

  private void remove(String file) {
    seen.add("remove " + file);
  }

  private void render(Upload upload) {
    seen.add("render " + upload.file());
  }

  @Test
  void firstJob_beforeAnyQueueIsBound_isUnroutable_andNotOnceTheSenderDeclaresIt()
      throws Exception {
    try (Broker broker = Broker.open("memory:")) {
      TaskClient tasks = TaskClient.on(broker);
      Upload upload = new Upload("a.png", "image");

      assertThatExceptionOfType(PublishException.class)
          .isThrownBy(() -> tasks.enqueue(UPLOADED, upload))
          .returns(PublishException.Reason.UNROUTABLE, PublishException::reason)
          .returns(true, PublishException::safeToRepeat);

      declare(broker, INDEX_UPLOADS);
      tasks.enqueue(UPLOADED, upload);
      assertThat(waiting(broker, "index")).isEqualTo(1);
    }
  }

  private static long waiting(Broker broker, String queue) throws Exception {
    return broker.inspect(queue, 0).get(10, TimeUnit.SECONDS).ready();
  }

  private static void declare(Broker broker, Source<?> source) throws Exception {
    // @start region="declare"
    broker.declare(source.topology().toArray(Topology[]::new)).get(10, TimeUnit.SECONDS);
    // @end
  }
}
