package dev.errand.examples.documents;

import java.io.Serial;
import java.nio.file.Path;

/** An upload that is not text. To try again would not help. */
final class UnreadableDocument extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  UnreadableDocument(Path file, Throwable cause) {
    super(
        file.getFileName() + " is not UTF-8 text, so no PDF was made of it; upload it as text",
        cause);
  }
}
