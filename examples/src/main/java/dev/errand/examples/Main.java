package dev.errand.examples;

import dev.errand.examples.dead.DeadCommand;
import dev.errand.examples.documents.DocumentsCommand;
import dev.errand.examples.guice.GuiceCommand;
import dev.errand.examples.routing.RoutingCommand;
import java.util.Map;
import picocli.CommandLine;

/** The command line of {@code ./demo}: the documents, and each other example by its name. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  /** All that {@code ./demo} takes, with these environment variables. */
  public static CommandLine commandLine(Map<String, String> environment) {
    CommandLine line = DocumentsCommand.commandLine(environment)
        .addSubcommand(new DeadCommand())
        .addSubcommand(new GuiceCommand(environment))
        .addSubcommand(new RoutingCommand());
    // What goes wrong says itself what to do; a stack trace would hide that.
    line.setExecutionExceptionHandler((error, command, parsed) -> {
      command.getErr().println("demo: " + said(error));
      return CommandLine.ExitCode.SOFTWARE;
    });
    return line;
  }

  /** What our code throws is a sentence; another's message may be a bare file name. */
  private static String said(Exception error) {
    StackTraceElement[] frames = error.getStackTrace();
    boolean ours = frames.length > 0 && frames[0].getClassName().startsWith("dev.errand.");
    return (ours ? "" : error.getClass().getSimpleName() + ": ") + error.getMessage();
  }
}
