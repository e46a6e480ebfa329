package dev.errand.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LocalMailServerTest {
  private final BlockingQueue<String> journal = new LinkedBlockingQueue<>();

  @TempDir
  Path folder;

  private Path pdf;

  @BeforeEach
  void writePdf() throws IOException {
    pdf = Files.writeString(folder.resolve("a.pdf"), "%PDF");
  }

  @Test
  void everyFifthMail_isRefusedOnceAndTakenTheSecondTime() throws Exception {
    try (LocalMailServer server = LocalMailServer.start(0, new Postmaster(journal::add))) {
      Mailer mailer = new Mailer(server.address());
      for (int i = 1; i <= 4; i++) {
        mailer.send(pdf, "ann@example.org", "job" + i);
      }
      assertThatThrownBy(() -> mailer.send(pdf, "ann@example.org", "job5"))
          .isInstanceOf(MessagingException.class)
          .hasMessageContaining("451");
      mailer.send(pdf, "ann@example.org", "job5");

      assertThat(journal)
          .containsExactly(
              "received job1",
              "received job2",
              "received job3",
              "received job4",
              "refused job5",
              "received job5");
    }
  }

  @Test
  void heldMail_waitsForItsReplyUntilItComesAgain() throws Exception {
    try (LocalMailServer server = LocalMailServer.start(0, new Postmaster(1, journal::add))) {
      Mailer mailer = new Mailer(server.address());
      CompletableFuture<Void> held = CompletableFuture.runAsync(() -> send(mailer, "job1"));
      assertThat(journal.poll(10, TimeUnit.SECONDS)).isEqualTo("holding job1");

      mailer.send(pdf, "ann@example.org", "job2");
      assertThat(held).isNotDone();
      mailer.send(pdf, "ann@example.org", "job1");

      assertThat(held).failsWithin(10, TimeUnit.SECONDS);
      assertThat(List.copyOf(journal)).containsExactly("received job2", "received job1");
    }
  }

  @Test
  void takenPort_isRefusedWithTheRemedy() throws Exception {
    try (LocalMailServer server = LocalMailServer.start(0, new Postmaster(journal::add))) {
      int taken = server.address().port();

      assertThatThrownBy(() -> LocalMailServer.start(taken, new Postmaster(journal::add)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("127.0.0.1:" + taken);
    }
  }

  private void send(Mailer mailer, String job) {
    try {
      mailer.send(pdf, "ann@example.org", job);
    } catch (MessagingException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
