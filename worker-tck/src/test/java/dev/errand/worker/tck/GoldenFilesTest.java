package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.DeadLetters;
import dev.errand.EnqueueOptions;
import dev.errand.GiveUp;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Queue;
import dev.errand.time.ManualTime;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import dev.errand.worker.WorkerListener;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
      Map.entry("format-1/crashed", "9295a8923d8f1e28"),
      Map.entry("format-1/dead-letter", "936cea5e36f03d1d"),
      Map.entry("format-1/enqueued", "19e0e0de02a32fe1"),
      Map.entry("format-1/every-option", "a18db8a15bfb4768"),
      Map.entry("format-1/expiring", "1e1fc0c8528c8def"),
      Map.entry("format-1/foreign", "75f997cfdbe4e137"),
      Map.entry("format-1/foreign-and-more", "0837c87c50d49048"),
      Map.entry("format-1/former-name", "7b7d699b82942e51"),
      Map.entry("format-1/passed-over", "56f95d8aa46c5c4a"),
      Map.entry("format-1/payload-2", "80e8198dd84e59de"),
      Map.entry("format-1/payload-3", "2dd817a785ef9096"),
      Map.entry("format-1/prioritised", "66f459cb54b24526"),
      Map.entry("format-1/redriven", "8e84a32dfd089911"),
      Map.entry("format-1/retried", "0479cf2335282345"),
      Map.entry("format-1/through-an-exchange", "bf59e41e9d3a25b3"),
      Map.entry("format-1/waited", "00e83fa92ac7d722"));

  private static final String ADDRESS = "memory:golden";
  private static final String QUEUE = "bills";
  private static final Duration DELAY = Duration.ofSeconds(90);

  private final ManualTime time = ManualTime.startingAt(Instant.parse("2030-01-01T12:00:00.123Z"));
  private final Broker broker = Broker.open(ADDRESS, time);
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

  @Test
  void enqueued_withAnExpiry_isStillWrittenSo() {
    client.enqueue(
        Bills.first(QUEUE),
        new Bills.FirstBill("expiring", 19),
        EnqueueOptions.withExpiry(Instant.parse("2999-12-31T00:00:00Z")).id("expiring"));

    assertWritten("format-1/expiring");
  }

  @Test
  void enqueued_withAPriority_isStillWrittenSo() {
    client.enqueue(
        prioritised(),
        new Bills.FirstBill("prioritised", 19),
        EnqueueOptions.withPriority(4).id("prioritised"));

    assertWritten("format-1/prioritised");
  }

  private static Task<Bills.FirstBill> prioritised() {
    return Task.of(Bills.NAME, Bills.FirstBill.class).on(Queue.named(QUEUE).priorities(5));
  }

  @SuppressWarnings("try") // The worker need not be named.
  @Test
  void jobThatNoWorkerKnew_isStillWrittenSo() throws Exception {
    enqueue("waited");
    Occurred<WorkerEvent.Waiting> waits = new Occurred<>(WorkerEvent.Waiting.class);
    Task<String> other = Task.of("other", String.class).on(QUEUE);
    try (Worker unused =
        Worker.on(broker).listener(waits).handle(other, (payload, job) -> {}).start()) {
      waits.await();
    }
    time.advance(Duration.ofSeconds(1));

    assertWritten("format-1/waited");
  }

  @Test
  void jobThatTookItsWorkerDown_isStillWrittenSo() throws Exception {
    enqueue("crashed");
    for (int death = 1; death <= 4; death++) {
      takeDown();
    }

    assertWritten("format-1/crashed");
  }

  /**
   * A worker whose broker is closed under it, as its process ends, once its job runs; or once the
   * job is suspected, as it would begin a moment after that.
   */
  @SuppressWarnings("try") // The worker need not be named.
  private void takeDown() throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Broker lost = Broker.open(ADDRESS, time);
    try (Worker unused = Worker.on(lost)
        .listener(event -> {
          if (event instanceof WorkerEvent.Suspected) {
            reached.countDown();
          }
        })
        .handle(Bills.today(QUEUE), (bill, job) -> {
          reached.countDown();
          end.await();
        })
        .start()) {
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
      lost.close();
      end.countDown();
    }
  }

  @Test
  void redrivenJob_isStillWrittenSo() throws Exception {
    enqueue("redriven");
    die(Bills.first(QUEUE));
    assertThat(DeadLetters.of(broker, QUEUE).redrive(letter -> true).taken()).isEqualTo(1);

    assertWritten("format-1/redriven");
  }

  @Test
  void deadLetterThatWasPassedOver_isStillWrittenSo() throws Exception {
    client.enqueue(
        prioritised(),
        new Bills.FirstBill("passed over", 19),
        EnqueueOptions.withPriority(4).id("passed-over"));
    die(prioritised());
    assertThat(DeadLetters.of(broker, QUEUE).redrive(letter -> false).taken()).isZero();

    assertWritten("format-1/passed-over");
  }

  @SuppressWarnings("try") // The worker need not be named.
  private void die(Task<Bills.FirstBill> task) throws InterruptedException {
    Occurred<WorkerEvent.DeadLettered> dies = new Occurred<>(WorkerEvent.DeadLettered.class);
    try (Worker unused = Worker.on(broker)
        .listener(dies)
        .handle(task, (bill, job) -> {
          throw new GiveUp("no such order");
        })
        .start()) {
      dies.await();
    }
  }

  private void enqueue(String order) {
    client.enqueue(
        Bills.first(QUEUE), new Bills.FirstBill(order, 19), EnqueueOptions.withId(order));
  }

  /** That a worker told an event of this kind. */
  private record Occurred<E extends WorkerEvent>(Class<E> kind, CountDownLatch latch)
      implements WorkerListener {
    Occurred(Class<E> kind) {
      this(kind, new CountDownLatch(1));
    }

    @Override
    public void on(WorkerEvent event) {
      if (kind.isInstance(event)) {
        latch.countDown();
      }
    }

    void await() throws InterruptedException {
      assertThat(latch.await(20, TimeUnit.SECONDS)).as("%s is told", kind).isTrue();
    }
  }

  private void assertWritten(String name) {
    GoldenMessage golden = GoldenMessage.named(name);
    Message written = broker.inspect(golden.place().in(QUEUE), 1).join().head().get(0);
    // A dead letter names the process that wrote it.
    String text =
        GoldenMessage.textOf(written).replaceAll("process [0-9]+ on \\S+", "process 4711 on host");

    assertThat(golden.place().line() + "runs as: " + golden.runsAs() + "\n" + text)
        .isEqualTo(GoldenMessage.text(name));
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
