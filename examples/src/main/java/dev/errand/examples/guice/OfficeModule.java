package dev.errand.examples.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.errand.examples.documents.Mailer;
import dev.errand.examples.documents.PdfRenderer;
import dev.errand.examples.documents.SmtpAddress;
import java.io.IOException;
import java.nio.file.Path;

/** What the handlers depend on, one of each: both are thread-safe. */
final class OfficeModule extends AbstractModule {
  private final SmtpAddress mailServer;
  private final Path pdfs;

  OfficeModule(SmtpAddress mailServer, Path pdfs) {
    this.mailServer = mailServer;
    this.pdfs = pdfs;
  }

  @Provides
  @Singleton
  Mailer mailer() {
    return new Mailer(mailServer);
  }

  @Provides
  @Singleton
  PdfRenderer renderer() throws IOException {
    return new PdfRenderer(pdfs);
  }
}
