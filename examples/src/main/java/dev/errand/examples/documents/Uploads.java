package dev.errand.examples.documents;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The files that the site took: found in a folder and below, in a fixed order. */
final class Uploads {
  private Uploads() {}

  /**
   * All files of a folder but hidden ones, with absolute paths, which mean the same to a worker.
   */
  static List<Path> in(Path folder) throws IOException {
    return below(folder, file -> true);
  }

  /** The Markdown and Java files of a project, without what its build made. */
  static List<Path> ofProject(Path root) throws IOException {
    return below(
        root, file -> file.toString().endsWith(".md") || file.toString().endsWith(".java"));
  }

  /** An upload that is not text: the head of a PNG image under the name of a text. */
  static Path notText(Path folder) throws IOException {
    byte[] image = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    return Files.write(folder.resolve("holiday.md"), image).toAbsolutePath();
  }

  private static List<Path> below(Path folder, Predicate<Path> wanted) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "There is no folder " + folder.toAbsolutePath() + ". Give one that holds text files.");
    }
    Path root = folder.toAbsolutePath().normalize();
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(root, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes)
          throws IOException {
        boolean skipped = Files.isHidden(below) || below.endsWith("target");
        return skipped && !below.equals(root)
            ? FileVisitResult.SKIP_SUBTREE
            : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        if (attributes.isRegularFile() && !Files.isHidden(file) && wanted.test(file)) {
          files.add(file);
        }
        return FileVisitResult.CONTINUE;
      }
    });
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "The folder " + root + " holds no file to send. Put some in, or give another.");
    }
    files.sort(null);
    return List.copyOf(files);
  }
}
