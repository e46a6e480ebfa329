package dev.errand.examples.readme;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

// To read from a process cannot be interrupted.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FirstTaskTest {
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  private Process process;

  @BeforeEach
  void start() throws IOException {
    process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            FirstTask.class.getName(),
            "memory:demo")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void sample_inMemory_runsItsJobAndEndsWhenTold() throws IOException, InterruptedException {
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).isEqualTo("rendering a.md");
    }

    process.destroy();

    assertThat(process.waitFor(30, SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
  }
}
