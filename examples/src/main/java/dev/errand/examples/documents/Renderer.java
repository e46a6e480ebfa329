package dev.errand.examples.documents;

import java.io.IOException;
import java.nio.file.Path;

/** Turns a text file into a PDF. */
@FunctionalInterface
interface Renderer {
  /** How a process ends that was halted: no other exit code of it is this. */
  int HALTED = 66;

  /**
   * Renders a file; the same job gives the same PDF, so that to do it twice does no harm.
   *
   * @throws UnreadableDocument when the file is not UTF-8 text
   */
  Path render(Path file, String job) throws IOException;

  /** This renderer, which halts its JVM at a file of that name, as a fault in native code does. */
  default Renderer haltingAt(String name) {
    return (file, job) -> {
      if (file.endsWith(name)) {
        Runtime.getRuntime().halt(HALTED);
      }
      return render(file, job);
    };
  }
}
