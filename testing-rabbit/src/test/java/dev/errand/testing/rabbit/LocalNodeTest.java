package dev.errand.testing.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalNodeTest {
  @Test
  void start_whenTheServerEndsAtOnce_failsWithItsOutputAndLeavesNothing(@TempDir Path scripts)
      throws IOException {
    script(scripts.resolve("rabbitmqctl"), "exit 0");
    script(scripts.resolve("rabbitmq-server"), "echo cannot boot in $HOME; exit 3");

    assertThatThrownBy(() -> LocalNode.started(new Installation(scripts), List.of()))
        .isInstanceOf(RabbitServerException.class)
        .hasMessageContainingAll("ended with exit code 3", "cannot boot in ")
        .satisfies(failure -> {
          String message = failure.getMessage();
          String folder =
              message.substring(message.indexOf("cannot boot in ") + "cannot boot in ".length());
          assertThat(Path.of(folder.strip())).doesNotExist();
        });
  }

  @Test
  void guard_whenClosed_endsTheProcessesOfItsLastLineAndDeletesTheFolder(@TempDir Path parent)
      throws Exception {
    Path folder = Files.createDirectories(parent.resolve("node/data")).getParent();
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
