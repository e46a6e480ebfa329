package dev.errand.testing.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A small process that ends a node and deletes its folder when its input ends, thus when it is
 * closed or when this JVM is gone, however that came about: no node outlives its tests.
 */
final class Guard implements AutoCloseable {
  // A line holds the pids that are to be killed at the end, in place of those of the line before: a
  // pid of long ago may be
  // a stranger's by now. The second rm is for a file that a dying process wrote during the first.
  private static final String SCRIPT = """
      trap '' INT TERM HUP
      while read -r line; do pids=$line; done
      [ -z "$pids" ] || kill -9 $pids
      rm -rf "$0" || rm -rf "$0"
      """;

  private static final int END_SECONDS = 20;

  private final Process process;
  private final Writer input;

  private Guard(Process process) {
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.US_ASCII);
  }

  static Guard of(Path folder) {
    try {
      return new Guard(new ProcessBuilder("sh", "-c", SCRIPT, folder.toString())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The shell that guards a RabbitMQ of the tests does not start", e);
    }
  }

  /** Names the processes that end with this guard, in place of those named before. */
  synchronized void over(Process... processes) {
    try {
      for (Process each : processes) {
        input.write(each.pid() + " ");
      }
      input.write('\n');
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("The shell that guards a RabbitMQ of the tests has ended", e);
    }
  }

  /** Ends the processes, deletes the folder, and waits for both. Idempotent. */
  @Override
  public synchronized void close() {
    try {
      input.close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new RabbitServerException(
            "A RabbitMQ of the tests was not cleaned up within %d s; its guard is process %d"
                .formatted(END_SECONDS, process.pid()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The shell that guards a RabbitMQ of the tests cannot be told to end it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ends without us
    }
  }
}
