package dev.errand.examples.documents;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.errand.Receipt;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerListener;
import java.nio.file.Path;
import java.util.List;

/** All that Errand has to know: a task, who sends it, and who does it. */
public final class Documents {
  /** What travels: not the file, but where both sides find it, and who waits for the PDF. */
  public record Upload(String file, String email) {}

  static final String QUEUE = "documents";

  /** The constant that sender and worker share. */
  public static final Task<Upload> RENDER_PDF = Task.of("documents.render-pdf", Upload.class)
      .on(QUEUE)
      .retrying(RetryPolicy.exponential(ofMillis(200))
          .upTo(ofSeconds(5))
          .attempts(8)
          .givingUpOn(UnreadableDocument.class));

  private Documents() {}

  /** The site: returns when the broker has a job for each file. */
  static List<Receipt> enqueue(Broker broker, List<Path> files, String email) {
    List<Upload> uploads =
        files.stream().map(file -> new Upload(file.toString(), email)).toList();
    return TaskClient.on(broker).enqueueAll(RENDER_PDF, uploads);
  }

  /** The worker: from now on each job becomes a PDF and a mail, four at a time. */
  static Worker work(Broker broker, Renderer renderer, Mailer mailer, WorkerListener listener) {
    return Worker.on(broker)
        .handle(RENDER_PDF, (upload, context) -> {
          Path pdf = renderer.render(Path.of(upload.file()), context.id());
          mailer.send(pdf, upload.email(), context.id());
        })
        .concurrency(4)
        .listener(listener)
        .start();
  }
}
