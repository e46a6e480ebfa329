package dev.errand.examples.documents;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The demo's mail server in a process of its own, which ends with the one that started it. */
final class MailProcess implements MailServer {
  /** What the process says first, followed by its address. */
  static final String LISTENING = "listening ";

  private final Process process;
  private final SmtpAddress address;

  private MailProcess(Process process, SmtpAddress address) {
    this.process = process;
    this.address = address;
  }

  /** Starts one that writes its journal into a file; returns when it accepts connections. */
  static MailProcess start(Path journal) throws IOException {
    Process process = new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("java.class.path"),
            MailCommand.class.getName(),
            "--until-eof",
            "--journal",
            journal.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    BufferedReader says = process.inputReader(StandardCharsets.UTF_8);
    String first = says.readLine();
    if (first == null || !first.startsWith(LISTENING)) {
      process.destroy();
      throw new IOException("The mail server's process did not start, it said: " + first
          + ". Start one with ./demo mail, and name it in " + SmtpAddress.VARIABLE + ".");
    }
    return new MailProcess(process, SmtpAddress.parse(first.substring(LISTENING.length())));
  }

  @Override
  public SmtpAddress address() {
    return address;
  }

  /** Ends it as our own end would: by the end of its input. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroy();
    }
    process.onExit().join();
  }
}
