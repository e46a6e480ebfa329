package dev.errand.examples.guice;

import static dev.errand.examples.documents.Documents.RENDER_PDF;

import dev.errand.guice.TaskModule;

// @start region="tasks"
/** What the documents' worker runs. */
final class DocumentTasks extends TaskModule {
  @Override
  protected void configureTasks() {
    handle(RENDER_PDF).with(RenderPdf.class);
  }
}
// @end
