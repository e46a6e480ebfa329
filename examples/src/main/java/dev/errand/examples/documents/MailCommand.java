package dev.errand.examples.documents;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The demo's mail server in a process of its own. */
@Command(
    name = "mail",
    description = "Runs the demo's mail server, says its address, and notes the job of each mail:"
        + " received, refused (every fifth, once) or holding. Keeps no mail.")
final class MailCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "on 127.0.0.1; a free one unless given")
  private int port;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description = "where the notes go, line by line; standard output unless given")
  private @Nullable Path journal;

  @Option(
      names = "--hold",
      paramLabel = "N",
      defaultValue = "0",
      description = "let the Nth mail's sender wait for the reply until the mail comes again")
  private int hold;

  @Option(names = "--until-eof", description = "end when standard input does")
  private boolean untilEof;

  /** The process that {@link MailProcess} starts. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MailCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (PrintStream notes = notes();
        LocalMailServer server =
            LocalMailServer.start(port, new Postmaster(hold, notes::println))) {
      System.out.println(MailProcess.LISTENING + server.address());
      System.out.flush();
      if (untilEof) {
        awaitEof();
      } else {
        new CountDownLatch(1).await();
      }
      return 0;
    }
  }

  private PrintStream notes() throws IOException {
    if (journal == null) {
      return System.out;
    }
    OutputStream file =
        Files.newOutputStream(journal, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return new PrintStream(file, true, StandardCharsets.UTF_8);
  }

  /** Ctrl-C on a terminal reaches us too, while our worker still drains: that outlasts it. */
  private static void awaitEof() throws InterruptedException {
    CountDownLatch eof = new CountDownLatch(1);
    Shutdown.during(
        () -> {
          try {
            System.in.transferTo(OutputStream.nullOutputStream());
          } catch (IOException closed) {
            // As good as its end.
          } finally {
            eof.countDown();
          }
        },
        () -> awaitQuietly(eof));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
