package dev.errand.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.ManualTime;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The job that the page on other libraries shows in each of them. */
@Timeout(60)
class ComingFromTest {
  // @start region="task"
  record Upload(String file) {}

  static final Task<Upload> RENDER = Task.of("uploads.render", Upload.class)
      .on("uploads")
      .retrying(RetryPolicy.exponential(Duration.ofSeconds(2)).attempts(5));
  // @end

  private static final class Renderer {
    private final List<String> rendered = new CopyOnWriteArrayList<>();

    void render(String file) {
      rendered.add(file);
    }
  }

  @Test
  void job_isRunAtOnce_andAgainTenMinutesLater() throws InterruptedException {
    Renderer renderer = new Renderer();
    Signals signals = new Signals();
    ManualTime time = ManualTime.create();
    try (Broker broker = Broker.open("memory:", time)) {
      // @start region="worker"
      Worker worker = Worker.on(broker)
          .handle(RENDER, (upload, job) -> renderer.render(upload.file()))
          .concurrency(8)
          .listener(signals)
          .start();
      // @end
      // @start region="sender"
      TaskClient tasks = TaskClient.on(broker);
      tasks.enqueue(RENDER, new Upload("a.md"));
      tasks.enqueue(RENDER, new Upload("a.md"), EnqueueOptions.in(Duration.ofMinutes(10)));
      // @end

      signals.await(WorkerEvent.Succeeded.class);
      assertThat(renderer.rendered).hasSize(1);
      time.advance(Duration.ofMinutes(10));
      signals.await(WorkerEvent.Succeeded.class);
      assertThat(renderer.rendered).containsExactly("a.md", "a.md");
      worker.close();
    }
  }
}
