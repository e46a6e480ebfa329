package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Queue;
import dev.errand.time.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The golden messages stay as they are, and what is enqueued today is still like them. */
final class GoldenFilesTest {
  private static final Path FOLDER =
      Path.of("src/main/resources/dev/errand/worker/tck/golden").toAbsolutePath();

  /** Only to be added to: each of these lies in somebody's queue. */
  private static final Map<String, String> CHECKSUMS = Map.ofEntries(
      Map.entry("format-1/came-back", "4c5c96d1954fe96a"),
      Map.entry("format-1/dead-letter", "936cea5e36f03d1d"),
      Map.entry("format-1/enqueued", "19e0e0de02a32fe1"),
      Map.entry("format-1/every-option", "a18db8a15bfb4768"),
      Map.entry("format-1/foreign-and-more", "0837c87c50d49048"),
      Map.entry("format-1/foreign", "75f997cfdbe4e137"),
      Map.entry("format-1/former-name", "7b7d699b82942e51"),
      Map.entry("format-1/payload-2", "80e8198dd84e59de"),
      Map.entry("format-1/payload-3", "2dd817a785ef9096"),
      Map.entry("format-1/retried", "0479cf2335282345"),
      Map.entry("format-1/through-an-exchange", "bf59e41e9d3a25b3"));

  private static final String QUEUE = "bills";
  private static final Duration DELAY = Duration.ofSeconds(90);

  private final ManualTime time = ManualTime.startingAt(Instant.parse("2030-01-01T12:00:00.123Z"));
  private final Broker broker = Broker.open("memory:", time);
  private final TaskClient client = TaskClient.on(broker);

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void files_areAllKnown_andAsTheyWere() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(FOLDER)) {
      files
          .filter(file -> file.toString().endsWith(".txt"))
          .map(file -> FOLDER.relativize(file).toString().replace('\\', '/').replace(".txt", ""))
          .forEach(name -> found.put(name, checksum(GoldenMessage.text(name))));
    }

    assertThat(found).isEqualTo(CHECKSUMS).containsOnlyKeys(GoldenMessage.NAMES);
  }

  @Test
  void enqueued_withoutOptions_isStillWrittenSo() {
    client.enqueue(
        Bills.first(QUEUE),
        new Bills.FirstBill("enqueued", 19),
        EnqueueOptions.withId("4bb2a1d2-1a6d-4a3e-9a64-6b3a5b7b0a01"));

    assertWritten("format-1/enqueued");
  }

  @Test
  void enqueued_withEveryOption_isStillWrittenSo() {
    client.enqueue(
        Bills.first(QUEUE),
        new Bills.FirstBill("every option", 19),
        EnqueueOptions.in(DELAY)
            .id("every-option")
            .correlationId("order-7")
            .header("tenant", "blue"));
    time.advance(DELAY);

    assertWritten("format-1/every-option");
  }

  @Test
  void enqueued_throughAnExchange_isStillWrittenSo() {
    Exchange exchange = Exchange.topic("billing");
    Queue queue = Queue.named(QUEUE);
    broker
        .declare(exchange, queue, queue.boundTo(exchange, new Binding.Key("#")))
        .join();

    client.enqueue(
        Task.of(Bills.NAME, Bills.FirstBill.class).through(exchange, "new"),
        new Bills.FirstBill("through an exchange", 19),
        EnqueueOptions.withId("through-an-exchange"));

    assertWritten("format-1/through-an-exchange");
  }

  @Test
  void enqueued_withALaterPayload_isStillWrittenSo() {
    client.enqueue(
        Bills.second(QUEUE),
        new Bills.SecondBill("payload 2", 1900),
        EnqueueOptions.withId("payload-2"));

    assertWritten("format-1/payload-2");
  }

  @Test
  void enqueued_withTodaysPayload_isStillWrittenSo() {
    client.enqueue(
        Bills.today(QUEUE),
        new Bills.Bill("payload 3", 1900, "CHF"),
        EnqueueOptions.withId("payload-3"));

    assertWritten("format-1/payload-3");
  }

  private void assertWritten(String name) {
    Message written = broker.inspect(QUEUE, 1).join().head().get(0);
    String runsAs = "runs as: " + GoldenMessage.named(name).runsAs() + "\n";

    assertThat(runsAs + GoldenMessage.textOf(written)).isEqualTo(GoldenMessage.text(name));
  }

  private static String checksum(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
