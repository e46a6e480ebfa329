package dev.errand.examples.guides;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.examples.guides.SlowWorker.Order;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.worker.WorkerBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/guides/deploying.md and its files say of a worker's process. */
@Timeout(120)
class DeployingTest {
  private static final Path GUIDES = Path.of("..", "docs", "guides");
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  private static String file(String name) throws IOException {
    return Files.readString(GUIDES.resolve("deploying").resolve(name));
  }

  private static String only(String text, String pattern) {
    List<MatchResult> found =
        Pattern.compile(pattern, Pattern.MULTILINE).matcher(text).results().toList();
    assertThat(found).as(pattern).hasSize(1);
    return found.get(0).group(1);
  }

  @Test
  void platforms_waitLongerThanTheGracePeriod() throws IOException {
    Duration enough = WorkerBuilder.DEFAULT_GRACE_PERIOD.plusSeconds(10);
    String guide = Files.readString(GUIDES.resolve("deploying.md"));

    assertThat(guide)
        .contains("grace period, " + WorkerBuilder.DEFAULT_GRACE_PERIOD.toSeconds() + " s");
    assertThat(Stream.of(
            only(file("shop-worker.service"), "^TimeoutStopSec=(\\d+)$"),
            only(file("deployment.yaml"), "^ +terminationGracePeriodSeconds: (\\d+)$"),
            only(file("deployment.yaml"), "^ +value: (\\d+)s$"),
            only(guide, "docker stop -t (\\d+) "),
            only(guide, "--stop-timeout (\\d+) ")))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .containsOnly(enough);
  }

  @Test
  void files_startTheSameJvm_withoutAShell() throws IOException {
    String unit = only(file("shop-worker.service"), "^ExecStart=/usr/bin/(.*)$");
    String image = only(file("Dockerfile"), "^ENTRYPOINT \\[(.*)\\]$");

    assertThat(List.of(image.replace("\"", "").split(", "))).containsExactly(unit.split(" "));
    assertThat(file("deployment.yaml")).doesNotContain("command:");
  }

  @Test
  void unit_isOneForSystemd(@TempDir Path folder) throws Exception {
    Path tool = Path.of("/usr/bin/systemd-analyze");
    String unit = file("shop-worker.service");
    assertThat(unit).contains("SuccessExitStatus=143\n");
    if (Files.isExecutable(tool)) {
      Path copy = Files.writeString(
          folder.resolve("shop-worker.service"), unit.replace("/usr/bin/java", JAVA.toString()));
      Process verify = new ProcessBuilder(tool.toString(), "verify", copy.toString())
          .redirectErrorStream(true)
          .start();
      String said = verify.inputReader().lines().reduce("", (all, line) -> all + line + "\n");
      assertThat(said).doesNotContain("shop-worker.service");
      assertThat(verify.waitFor()).as(said).isZero();
    }
  }

  /** The unit's command, with this JVM, this class path, and a worker of ours. */
  private static List<String> command() throws IOException {
    List<String> command = new ArrayList<>();
    for (String word : only(file("shop-worker.service"), "^ExecStart=(.*)$").split(" ")) {
      command.add(
          switch (word) {
            case "/usr/bin/java" -> JAVA.toString();
            case "/opt/shop/lib/*" -> System.getProperty("java.class.path");
            case "shop.Worker" -> SlowWorker.class.getName();
            default -> word;
          });
    }
    return command;
  }

  @Test
  void sigterm_whileAJobRuns_letsItEnd_andExitsAsTheUnitExpects() throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true);
    builder.environment().put("ERRAND_BROKER", RabbitServer.shared().address());
    Process worker = builder.start();
    try (Broker broker = Broker.open(RabbitServer.shared().address());
        BufferedReader says = worker.inputReader()) {
      TaskClient.on(broker).enqueue(SlowWorker.SHIP, new Order("o1"));
      await(says, "begun o1");

      // SIGTERM; the process itself would close its streams besides.
      assertThat(worker.toHandle().destroy()).isTrue();
      await(says, "stopping");
      worker.outputWriter().append("go on\n").flush();

      await(says, "shipped o1");
      assertThat(worker.waitFor(60, SECONDS)).isTrue();
      assertThat(worker.exitValue()).isEqualTo(143);
      assertThat(broker.inspect("shop.orders", 0).join().ready()).isZero();
      assertThat(broker.inspect("shop.orders.dead", 0).join().ready()).isZero();
    } finally {
      worker.destroyForcibly();
    }
  }

  private static void await(BufferedReader says, String wanted) throws IOException {
    List<String> said = new ArrayList<>();
    for (String line = says.readLine(); line != null; line = says.readLine()) {
      said.add(line);
      if (line.equals(wanted)) {
        return;
      }
    }
    throw new AssertionError("the worker ended without '" + wanted + "': " + said);
  }
}
