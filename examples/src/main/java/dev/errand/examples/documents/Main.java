package dev.errand.examples.documents;

import java.util.Map;
import picocli.CommandLine;

/** The command line of {@code ./demo}. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  static CommandLine commandLine(Map<String, String> environment) {
    CommandLine line = new CommandLine(new DemoCommand(environment))
        .addSubcommand(new WorkerCommand(environment))
        .addSubcommand(new EnqueueCommand())
        .addSubcommand(new MailCommand());
    // What goes wrong says itself what to do; a stack trace would hide that.
    line.setExecutionExceptionHandler((error, command, parsed) -> {
      command.getErr().println("demo: " + error.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    });
    return line;
  }
}
