package dev.errand.examples.guice;

import static dev.errand.examples.documents.Documents.RENDER_PDF;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.util.Modules;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.config.Configuration;
import dev.errand.examples.Main;
import dev.errand.examples.documents.Documents.Upload;
import dev.errand.examples.documents.LocalMailServer;
import dev.errand.examples.documents.Postmaster;
import dev.errand.guice.Errand;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.ManualTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

// To read from a process cannot be interrupted.
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class GuiceTest {
  private static final String REFUSED = "refused ";
  private static final String RECEIVED = "received ";
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  private final BlockingQueue<String> mails = new LinkedBlockingQueue<>();

  @TempDir
  Path folder;

  @Test
  void uploads_becomePdfsAndMails_onABrokerSwappedByOneBinding() throws Exception {
    List<Upload> uploads = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Path text = Files.writeString(folder.resolve(i + ".md"), "# Text " + i);
      uploads.add(new Upload(text.toString(), "ann@example.org"));
    }
    Configuration configuration = Configuration.builder().build();
    ManualTime time = ManualTime.create();
    try (LocalMailServer mailServer = LocalMailServer.start(0, new Postmaster(mails::add));
        Broker broker = Broker.open("memory:", time)) {
      Injector injector = Guice.createInjector(
          Modules.override(GuiceCommand.application(configuration, mailServer.address(), folder))
              .with(binder -> binder.bind(Broker.class).toInstance(broker)));
      try (Errand errand = injector.getInstance(Errand.class)) {
        errand.start();
        injector.getInstance(TaskClient.class).enqueueAll(RENDER_PDF, uploads);

        // The mail server refuses every fifth mail once: four arrive, and one is tried again.
        assertThat(List.of(mail(), mail(), mail(), mail(), mail()))
            .filteredOn(mail -> mail.startsWith(REFUSED))
            .hasSize(1);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
          time.untilNext().ifPresent(time::advance);
          return !mails.isEmpty();
        });
        assertThat(mail()).startsWith(RECEIVED);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".pdf"))).hasSize(5);
    }
  }

  /** What the mail server notes next. */
  private String mail() throws InterruptedException {
    String mail = mails.poll(30, SECONDS);
    assertThat(mail).as("what the mail server notes within 30 s").isNotNull();
    return mail;
  }

  @Test
  void command_onMemory_isRefusedWithTheRemedy() {
    assertThat(Main.commandLine(Map.of()).execute("guice", "memory:demo"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
  }

  @Test
  void command_onRabbitMq_worksUntilItIsTold_andEndsInOrder() throws Exception {
    String address = RabbitServer.shared().address();
    Path text = Files.writeString(folder.resolve("a.md"), "# A");
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Ddemo.log=INFO",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "guice",
            address,
            "--pdfs",
            folder.toString())
        .redirectError(folder.resolve("log").toFile())
        .start();
    try (BufferedReader output = process.inputReader();
        Broker broker = Broker.open(address)) {
      assertThat(output.readLine()).startsWith("working, mails go to smtp://127.0.0.1:");
      String job = TaskClient.on(broker)
          .enqueue(RENDER_PDF, new Upload(text.toString(), "ann@example.org"))
          .id();
      Path journal = folder.resolve("mail.journal");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> lines(journal).contains(RECEIVED + job));

      process.destroy();

      assertThat(process.waitFor(30, SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
      assertThat(Files.readString(folder.resolve("log")))
          .contains("has stopped; 0 jobs given back");
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
