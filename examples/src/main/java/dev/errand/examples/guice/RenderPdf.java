package dev.errand.examples.guice;

import com.google.inject.Inject;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.examples.documents.Documents.Upload;
import dev.errand.examples.documents.Mailer;
import dev.errand.examples.documents.PdfRenderer;
import java.nio.file.Path;

// @start region="handler"
/** Makes one upload a PDF and mails it. */
final class RenderPdf implements TaskHandler<Upload> {
  private final PdfRenderer renderer;
  private final Mailer mailer;

  @Inject
  RenderPdf(PdfRenderer renderer, Mailer mailer) {
    this.renderer = renderer;
    this.mailer = mailer;
  }

  @Override
  public void handle(Upload upload, TaskContext job) throws Exception {
    Path pdf = renderer.render(Path.of(upload.file()), job.id());
    mailer.send(pdf, upload.email(), job.id());
  }
}
// @end
