package dev.errand.examples.hello;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program in a process of its own, and what it printed so far. For one thread. */
final class Program implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final List<String> printed = new ArrayList<>();

  private Program(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    output = process.inputReader();
  }

  static Program java(Class<?> main, String... arguments) throws IOException {
    return started(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Ddemo.log=INFO",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()),
        arguments);
  }

  /** With the system's Python, to which Debian's package python3-pika belongs. */
  static Program python(String script, String... arguments) throws IOException {
    return started(List.of("/usr/bin/python3", "pika/" + script), arguments);
  }

  private static Program started(List<String> command, String... arguments) throws IOException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    return new Program(whole);
  }

  /** Waits for a line that has this in it, and answers that line. */
  String await(String part) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      printed.add(line);
      if (line.contains(part)) {
        return line;
      }
    }
    throw new AssertionError(
        "It ended without a line that has '" + part + "'. " + String.join("\n", printed));
  }

  /** Waits until it ended by itself, well. */
  void end() throws IOException, InterruptedException {
    output.lines().forEach(printed::add);
    assertThat(process.waitFor(30, SECONDS)).isTrue();
    assertThat(process.exitValue()).as(String.join("\n", printed)).isZero();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
