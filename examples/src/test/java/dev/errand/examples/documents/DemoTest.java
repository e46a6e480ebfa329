package dev.errand.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.examples.Main;
import dev.errand.testing.rabbit.PlantedPassword;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(120)
class DemoTest {
  private static final int TEXTS = 12;

  private final StringWriter output = new StringWriter();

  @TempDir
  Path folder;

  private Path texts;
  private Path pdfs;

  @BeforeEach
  void writeTexts() throws IOException {
    texts = Files.createDirectories(folder.resolve("texts"));
    pdfs = folder.resolve("pdfs");
    for (int i = 0; i < TEXTS; i++) {
      Files.writeString(texts.resolve(i + ".md"), "# Text " + i + "\n\n\tΚαλημέρα\n");
    }
  }

  @Test
  void demo_inMemory_endsWithItsTable() throws IOException {
    runsAsExpected("memory:");
  }

  @Test
  void demo_onRabbitMq_endsWithTheSameTable() throws IOException {
    runsAsExpected(RabbitServer.shared().address());
  }

  private void runsAsExpected(String address) throws IOException {
    int exitCode = run("--folder", texts.toString(), "--pdfs", pdfs.toString(), address);

    assertThat(output.toString())
        .containsPattern("files +13\\n")
        .containsPattern("jobs done +12\\n")
        .containsPattern("retries +2\\n")
        .containsPattern("dead letters +1\\n +UnreadableDocument: holiday.md is not UTF-8 text")
        .containsPattern("jobs per second +\\d+\\.\\d\\n")
        .contains(pdfs.toString())
        .doesNotContain("not as expected");
    assertThat(exitCode).isZero();
    try (Stream<Path> files = Files.list(pdfs)) {
      assertThat(files.filter(file -> file.toString().endsWith(".pdf"))).hasSize(TEXTS);
    }
  }

  @Test
  void demo_whoseTextIsNone_saysWhatWasNotAsExpected() throws IOException {
    Uploads.notText(texts);

    int exitCode = run("--folder", texts.toString(), "--pdfs", pdfs.toString(), "memory:");

    assertThat(exitCode).isEqualTo(1);
    assertThat(output.toString())
        .containsPattern("dead letters +2\\n")
        .contains("not as expected: 1 of the texts became dead letters");
  }

  @Test
  void demo_withMalformedMailServer_saysSoWithoutThePassword() {
    int exitCode = run(
        Map.of("DOCUMENTS_SMTP", "smtp://ann:" + PlantedPassword.TEXT + "@127.0.0.1:99999"),
        "--folder",
        texts.toString(),
        "--pdfs",
        pdfs.toString(),
        "memory:");

    assertThat(exitCode).isEqualTo(1);
    assertThat(output.toString())
        .contains("DOCUMENTS_SMTP", "99999")
        .doesNotContain(PlantedPassword.TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker memory:demo", "enqueue memory:demo docs"})
  void half_onMemory_isRefusedWithTheRemedy(String line) {
    assertThat(run(line.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(output.toString())
        .contains("one process only", "amqp://guest:guest@localhost", "./demo memory:demo");
  }

  @Test
  void enqueue_withRefusedCredentials_saysSoAtOnceWithoutThePassword() {
    String refused = RabbitServer.shared()
        .address()
        .replaceFirst("://.*@", "://nobody:" + PlantedPassword.TEXT + "@");

    int exitCode = run("enqueue", refused, texts.toString());

    assertThat(exitCode).isEqualTo(1);
    assertThat(output.toString())
        .contains("credentials", "nobody")
        .doesNotContain(PlantedPassword.TEXT);
  }

  @Test
  void command_thatIsNone_isToldTheCommandsAndWhatAnAddressLooksLike() {
    String address = "amqp://nobody:" + PlantedPassword.TEXT + "@localhost";

    assertThat(run("wroker", address)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(output.toString())
        .contains(
            "'wroker' is no command and no address. The commands are worker, enqueue, mail, dead,"
                + " guice, routing. An address begins with memory: or amqp://")
        .doesNotContain(PlantedPassword.TEXT);
  }

  @Test
  void folder_thatIsMissing_isNamed() {
    assertThat(run("--folder", "/nowhere", "memory:")).isEqualTo(1);
    assertThat(output.toString()).contains("There is no folder /nowhere");
  }

  @Test
  void pdfFolder_thatIsAFile_isNamedWithWhatIsWrong() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "");

    assertThat(run("--folder", texts.toString(), "--pdfs", file.toString(), "memory:"))
        .isEqualTo(1);
    assertThat(output.toString()).contains("demo: FileAlreadyExistsException: " + file);
  }

  @Test
  void mailServer_inItsOwnProcess_notesWhatItGetsAndEndsWithUs() throws Exception {
    Path journal = folder.resolve("journal");
    Path pdf = Files.writeString(folder.resolve("a.pdf"), "%PDF");

    try (MailProcess mail = MailProcess.start(journal)) {
      new Mailer(mail.address()).send(pdf, "ann@example.org", "job1");
    }

    assertThat(journal).hasContent("received job1");
  }

  private int run(String... arguments) {
    return run(Map.of(), arguments);
  }

  private int run(Map<String, String> environment, String... arguments) {
    PrintWriter writer = new PrintWriter(output, true);
    return Main.commandLine(environment).setOut(writer).setErr(writer).execute(arguments);
  }
}
