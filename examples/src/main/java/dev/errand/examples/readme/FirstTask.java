package dev.errand.examples.readme;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import java.time.Duration;

/** Enqueues one job and runs it, on the broker whose address it is given. */
public final class FirstTask {
  private FirstTask() {}

  // @start region="sample"
  public record Upload(String file, String email) {}

  static final Task<Upload> RENDER_PDF = Task.of("uploads.render-pdf", Upload.class)
      .on("uploads")
      .retrying(RetryPolicy.exponential(Duration.ofSeconds(2)).attempts(8));

  public static void main(String... args) throws InterruptedException {
    try (Broker broker = Broker.open(args[0]); // memory:demo, or amqp://guest:guest@localhost
        Worker worker = Worker.on(broker)
            .handle(RENDER_PDF, (upload, job) -> System.out.println("rendering " + upload.file()))
            .stopOnShutdown() // Ctrl-C and SIGTERM let running jobs end
            .start()) {
      TaskClient.on(broker).enqueue(RENDER_PDF, new Upload("a.md", "ann@example.org"));
      worker.awaitStop();
    }
  }
  // @end
}
