package dev.errand.testing.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalNodeTest {
  @Test
  void start_whenTheServerEndsAtOnce_failsWithItsOutputAndLeavesNothing(@TempDir Path scripts)
      throws IOException {
    script(scripts.resolve("rabbitmqctl"), "exit 0");
    Path home = scripts.resolve("home");
    script(
        scripts.resolve("rabbitmq-server"),
        "echo $HOME > '%s'; echo cannot boot; exit 3".formatted(home));

    assertThatThrownBy(() -> LocalNode.started(new Installation(scripts), Setup.of()))
        .isInstanceOf(RabbitServerException.class)
        .hasMessageContainingAll("ended with exit code 3", "cannot boot");
    assertThat(Path.of(Files.readString(home).strip())).doesNotExist();
  }

  @Test
  void guard_whenClosed_endsTheProcessesOfItsLastLineAndDeletesTheFolder(@TempDir Path parent)
      throws Exception {
    Path folder = parent.resolve("node");
    Files.createDirectories(folder.resolve("data"));
    Process before = new ProcessBuilder("cat").start();
    Process server = new ProcessBuilder("cat").start();
    Guard guard = Guard.of(folder);
    guard.over(before, server);
    guard.over(server);

    guard.close();
    guard.close();

    assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(before.isAlive()).isTrue();
    assertThat(folder).doesNotExist();
    before.destroy();
  }

  @Test
  void ports_chosenOneAfterAnother_differAndLieBelowThoseOfOutgoingConnections() {
    assertThat(Stream.generate(Ports::free).limit(20))
        .doesNotHaveDuplicates()
        .allMatch(port -> port < 32_768);
  }

  private static void script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
