package dev.errand.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.testing.rabbit.PlantedPassword;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that judges a build, run on builds made by hand. */
final class VerifyReportTest {
  private record Judgement(int exit, String text) {}

  @Test
  void wholeBuild_isAccepted(@TempDir Path root) throws Exception {
    build(root);

    assertThat(judge(root)).isEqualTo(new Judgement(0, line()));
  }

  @Test
  void passwordInAReportInTheOutputOrInALog_isRefused_withoutShowingIt(@TempDir Path root)
      throws Exception {
    build(root);
    write(root, "module/target/surefire-reports/one.txt", "first\nan " + PlantedPassword.TEXT);
    write(root, "module/target/errors.log", PlantedPassword.TEXT);
    write(root, "target/verify.log", "[INFO]\n[INFO]\n" + PlantedPassword.TEXT + "@host");

    Judgement judgement = judge(root);

    assertThat(judgement.exit()).isEqualTo(1);
    assertThat(judgement.text())
        .contains("the planted password stands in module/target/surefire-reports/one.txt:2")
        .contains("the planted password stands in module/target/errors.log:1")
        .contains("the planted password stands in target/verify.log:3")
        .doesNotContain(PlantedPassword.TEXT);
  }

  @Test
  void backendThatRanFewerCases_isRefused(@TempDir Path root) throws Exception {
    build(root);
    suite(root, "InMemoryOtherContractTest", "");
    suite(root, "RabbitOtherContractTest", "");

    Judgement judgement = judge(root);

    assertThat(judgement.exit()).isEqualTo(1);
    assertThat(judgement.text())
        .contains("the contract ran 2 cases in memory, 2 on RabbitMQ and 1 over SQL");
  }

  @Test
  void passwordInCode_isNoMatter(@TempDir Path root) throws Exception {
    build(root);
    write(root, "module/target/test-classes/Code.class", PlantedPassword.TEXT);
    write(root, "module/src/Code.java", PlantedPassword.TEXT);

    assertThat(judge(root).exit()).isZero();
  }

  private static void build(Path root) throws IOException {
    write(root, "pom.xml", "<modules><module>module</module></modules>");
    suite(root, "InMemoryContractTest", "");
    suite(root, "RabbitContractTest", "contract backend: RabbitMQ 3.10.8");
    suite(root, "SqlContractTest", "");
  }

  private static void suite(Path root, String name, String output) throws IOException {
    write(
        root,
        "module/target/surefire-reports/TEST-" + name + ".xml",
        "<testsuite name='" + name + "'><testcase classname='" + name + "' name='case'>"
            + "<system-out>" + output + "</system-out></testcase></testsuite>");
  }

  private static void write(Path root, String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String line() {
    return "tests 3  failed 0  skipped 0  contract: memory 1  rabbitmq 3.10.8 1  sql 1  jdk "
        + Runtime.version().feature() + "\n";
  }

  private static Judgement judge(Path root) throws IOException, InterruptedException {
    Process script = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "../scripts/VerifyReport.java",
            root.toString())
        .redirectErrorStream(true)
        .start();
    String text = new String(script.getInputStream().readAllBytes(), UTF_8);
    return new Judgement(script.waitFor(), text);
  }
}
