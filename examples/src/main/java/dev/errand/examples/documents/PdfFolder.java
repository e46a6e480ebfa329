package dev.errand.examples.documents;

import dev.errand.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the PDFs go. */
public final class PdfFolder {
  /** The project's folder; set by {@code ./demo}. */
  private static final String HOME = "demo.home";

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  @Option(
      names = "--pdfs",
      paramLabel = "FOLDER",
      description = "where the PDFs go; a new folder in examples/target/documents unless given")
  private @Nullable Path folder;

  static Path home() {
    return Path.of(System.getProperty(HOME, ".")).toAbsolutePath().normalize();
  }

  /** The folder, made if it is not there. */
  public Path create() throws IOException {
    return Files.createDirectories(folder != null ? folder.toAbsolutePath().normalize() : fresh());
  }

  private static Path fresh() {
    String now = STAMP.format(Time.system().instant().atZone(ZoneId.systemDefault()));
    return home().resolve("examples/target/documents").resolve(now);
  }
}
