package dev.errand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.WireFormat;
import dev.errand.time.ManualTime;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pins what is on the wire. A test that turns red here means a new version of the format. */
final class WireFormatGoldenTest {
  private static final long NOW = 1_893_499_200_123L;

  private final ManualTime time = ManualTime.startingAt(Instant.ofEpochMilli(NOW));

  record Upload(String file, String email, int pages, Instant at) {}

  private static final Upload UPLOAD =
      new Upload("ä.md", "ann@example.org", 3, Instant.parse("2030-01-01T12:00:00.5Z"));

  @Test
  void message_withoutOptions_isExactlyThis() {
    Task<Upload> task = Task.of("documents.render-pdf", Upload.class).on("documents");

    Publication publication = encoder(task).encode(UPLOAD, EnqueueOptions.withId("id-1"));

    Message message = publication.message();
    assertThat(publication.route()).isEqualTo(Route.queue("documents"));
    assertThat(publication.delayed()).isFalse();
    assertThat(new String(message.body(), UTF_8))
        .isEqualTo("{\"file\":\"ä.md\",\"email\":\"ann@example.org\",\"pages\":3,"
            + "\"at\":\"2030-01-01T12:00:00.500Z\"}");
    assertThat(message.id()).isEqualTo("id-1");
    assertThat(message.type()).isEqualTo("documents.render-pdf");
    assertThat(message.contentType()).isEqualTo("application/json");
    assertThat(message.timestamp()).isEqualTo(Instant.ofEpochSecond(NOW / 1000));
    assertThat(message.priority()).isZero();
    assertThat(message.correlationId()).isNull();
    assertThat(message.replyTo()).isNull();
    assertThat(message.appId()).isNull();
    assertThat(message.headers())
        .containsExactly(entry("errand-queue", "documents"), entry("errand-enqueued-at", NOW));
  }

  @Test
  void message_withEveryOption_isExactlyThis() {
    Task<Upload> task = Task.of("documents.render-pdf", Upload.class)
        .on(Queue.named("documents").priorities(5));
    EnqueueOptions options = EnqueueOptions.in(Duration.ofSeconds(90))
        .id("id-1")
        .priority(4)
        .correlationId("order-7")
        .header("tenant", "blue");

    Publication publication = encoder(task).encode(UPLOAD, options);

    Message message = publication.message();
    assertThat(publication.delay()).isEqualTo(Duration.ofSeconds(90));
    assertThat(message.priority()).isEqualTo(4);
    assertThat(message.correlationId()).isEqualTo("order-7");
    assertThat(message.headers())
        .containsExactly(
            entry("tenant", "blue"),
            entry("errand-queue", "documents"),
            entry("errand-enqueued-at", NOW),
            entry("errand-due-at", NOW + 90_000L));
  }

  @Test
  void message_ofALaterPayload_saysItsVersion() {
    Task<Upload> task = Task.of("documents.render-pdf", Upload.class)
        .on("documents")
        .version(2, Upcasters.from(1, String.class, file -> UPLOAD));

    assertThat(encoder(task).encode(UPLOAD, EnqueueOptions.NONE).message().headers())
        .containsExactly(
            entry("errand-queue", "documents"),
            entry("errand-payload-version", 2),
            entry("errand-enqueued-at", NOW));
  }

  @Test
  void message_ofARenamedTask_hasTheNewNameAlone() {
    Task<Upload> task =
        Task.of("documents.render-pdf", Upload.class).on("documents").alias("documents.render");

    assertThat(encoder(task).encode(UPLOAD, EnqueueOptions.NONE).message().type())
        .isEqualTo("documents.render-pdf");
  }

  @Test
  void message_throughAnExchange_hasTheKeyAndNoHomeQueue() {
    Task<Upload> task = Task.of("uploaded", Upload.class)
        .through(Exchange.topic("uploads"), upload -> "file." + upload.file());

    Publication publication = encoder(task).encode(UPLOAD, EnqueueOptions.NONE);

    assertThat(publication.route())
        .isEqualTo(Route.exchange(Exchange.topic("uploads"), "file.ä.md"));
    assertThat(publication.message().headers()).containsExactly(entry("errand-enqueued-at", NOW));
  }

  @Test
  void message_throughAHeadersExchange_carriesItsHeaders() {
    Task<Upload> task = Task.of("uploaded", Upload.class)
        .throughHeaders(Exchange.headers("uploads"), Map.of("kind", "text"));

    assertThat(encoder(task).encode(UPLOAD, EnqueueOptions.NONE).message().headers())
        .containsExactly(entry("kind", "text"), entry("errand-enqueued-at", NOW));
  }

  @Test
  void message_throughAHeadersExchange_carriesThoseThatItsPayloadYields_beforeTheOptions() {
    Task<Upload> task = Task.of("uploaded", Upload.class)
        .throughHeaders(Exchange.headers("uploads"), upload -> Map.of("file", upload.file()));
    EnqueueOptions options = EnqueueOptions.NONE.header("file", "other").header("tenant", "blue");

    assertThat(encoder(task).encode(UPLOAD, options).message().headers())
        .containsExactly(
            entry("file", "ä.md"), entry("tenant", "blue"), entry("errand-enqueued-at", NOW));
  }

  @Test
  void message_dueAtAnInstant_isDelayedUntilThen() {
    Task<Upload> task = Task.of("documents.render-pdf", Upload.class).on("documents");
    Instant due = Instant.ofEpochMilli(NOW + 1_500);

    Publication publication = encoder(task).encode(UPLOAD, EnqueueOptions.at(due));

    assertThat(publication.delay()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(publication.message().headers()).containsEntry("errand-due-at", NOW + 1_500);
    assertThat(encoder(task)
            .encode(UPLOAD, EnqueueOptions.at(due.minusSeconds(60)))
            .delayed())
        .isFalse();
  }

  @Test
  void message_thatExpires_saysWhen_fromItsEnqueueOn() {
    Task<Upload> task = Task.of("documents.render-pdf", Upload.class).on("documents");
    Instant end = Instant.ofEpochMilli(NOW + 1_501);

    assertThat(expiryOf(task, EnqueueOptions.withExpiry(Duration.ofMillis(1)))).isEqualTo(NOW + 1);
    assertThat(expiryOf(task, EnqueueOptions.in(Duration.ofMillis(1_500)).expiry(end)))
        .isEqualTo(NOW + 1_501);
    assertThat(expiryOf(
            task,
            EnqueueOptions.in(Duration.ofSeconds(1)).expiry(Duration.ofSeconds(Long.MAX_VALUE))))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(expiryOf(task, EnqueueOptions.withExpiry(Instant.MAX))).isEqualTo(Long.MAX_VALUE);
  }

  private Object expiryOf(Task<Upload> task, EnqueueOptions options) {
    return encoder(task).encode(UPLOAD, options).message().headers().get("errand-expires-at");
  }

  @Test
  void message_thatWouldExpireBeforeItIsDue_isRefusedWithBothTimes() {
    Task<Upload> task = Task.of("documents.render-pdf", Upload.class).on("documents");
    Duration second = Duration.ofSeconds(1);
    Instant due = Instant.ofEpochMilli(NOW + 1_000);

    assertRefused(task, EnqueueOptions.in(second).expiry(second), due, due);
    assertRefused(task, EnqueueOptions.at(due).expiry(due.minusMillis(1)), due.minusMillis(1), due);
    assertRefused(
        task,
        EnqueueOptions.withExpiry(due.minusSeconds(1)),
        due.minusSeconds(1),
        due.minusSeconds(1));
    assertRefused(
        task, EnqueueOptions.withExpiry(Instant.EPOCH), Instant.EPOCH, due.minusSeconds(1));
  }

  private void assertRefused(
      Task<Upload> task, EnqueueOptions options, Instant expires, Instant due) {
    assertThatThrownBy(() -> encoder(task).encode(UPLOAD, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "'documents.render-pdf'", "expires at " + expires, "due at " + due, "Nothing was sent");
  }

  @Test
  void message_dueBeyondAllTime_isTheBrokersToRefuse() {
    Task<Upload> task = Task.of("documents.render-pdf", Upload.class).on("documents");
    Duration ever = Duration.ofSeconds(Long.MAX_VALUE);

    Publication after = encoder(task).encode(UPLOAD, EnqueueOptions.in(ever));
    Publication at = encoder(task).encode(UPLOAD, EnqueueOptions.at(Instant.MAX));

    assertThat(after.delay()).isEqualTo(ever);
    assertThat(after.message().headers()).containsEntry("errand-due-at", Long.MAX_VALUE);
    assertThat(at.message().headers()).containsEntry("errand-due-at", Long.MAX_VALUE);
  }

  @Test
  void key_functionGivesNull_isRefusedWithTheTask() {
    Task<Upload> task = Task.of("uploaded", Upload.class)
        .through(Exchange.topic("uploads"), upload -> Map.<String, String>of().get(""));

    assertThatThrownBy(() -> encoder(task).encode(UPLOAD, EnqueueOptions.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("task 'uploaded' to exchange 'uploads'")
        .hasMessageNotContaining("ann@example.org");
  }

  @Test
  void headers_functionGivesNull_isRefusedWithTheTask() {
    Map<String, Map<String, Object>> none = Map.of();
    Task<Upload> task = Task.of("uploaded", Upload.class)
        .throughHeaders(Exchange.headers("uploads"), upload -> none.get(""));

    assertThatThrownBy(() -> encoder(task).encode(UPLOAD, EnqueueOptions.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("header function", "task 'uploaded' to exchange 'uploads'")
        .hasMessageNotContaining("ann@example.org");
  }

  @Test
  void headers_functionGivesOneOfErrand_isRefused() {
    Task<Upload> task = Task.of("uploaded", Upload.class)
        .throughHeaders(Exchange.headers("uploads"), upload -> Map.of("errand-attempt", 5));

    assertThatThrownBy(() -> encoder(task).encode(UPLOAD, EnqueueOptions.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'errand-attempt'");
  }

  @Test
  void id_notGiven_isARandomUuid() {
    Task<Upload> task = Task.of("documents.render-pdf", Upload.class).on("documents");

    assertThat(encoder(task).encode(UPLOAD, EnqueueOptions.NONE).message().id())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  @Test
  void names_ofAllHeaders_areExactlyThese() {
    Map<String, Object> names = Arrays.stream(WireFormat.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .collect(Collectors.toMap(field -> field.getName(), WireFormatGoldenTest::valueOf));

    assertThat(names)
        .containsOnly(
            entry("VERSION", 1),
            entry("JSON", "application/json"),
            entry("PREFIX", "errand-"),
            entry("FORMAT", "errand-format"),
            entry("ATTEMPT", "errand-attempt"),
            entry("ENQUEUED_AT", "errand-enqueued-at"),
            entry("DUE_AT", "errand-due-at"),
            entry("REDRIVEN_AT", "errand-redriven-at"),
            entry("EXPIRES_AT", "errand-expires-at"),
            entry("PRIORITY", "errand-priority"),
            entry("QUEUE", "errand-queue"),
            entry("PAYLOAD_VERSION", "errand-payload-version"),
            entry("RETURNS", "errand-returns"),
            entry("CRASHES", "errand-crashes"),
            entry("INTERRUPTIONS", "errand-interruptions"),
            entry("DEFERRALS", "errand-deferrals"),
            entry("WAITING_SINCE", "errand-waiting-since"),
            entry("FAILURE_REASON", "errand-failure-reason"),
            entry("FAILURE_TYPE", "errand-failure-type"),
            entry("FAILURE_MESSAGE", "errand-failure-message"),
            entry("FAILURE_STACK", "errand-failure-stack"),
            entry("FAILURE_FIRST_AT", "errand-failure-first-at"),
            entry("FAILURE_LAST_AT", "errand-failure-last-at"),
            entry("FAILURE_WORKER", "errand-failure-worker"));
  }

  private static Object valueOf(Field field) {
    try {
      return field.get(null);
    } catch (IllegalAccessException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private <P> Encoder<P> encoder(Task<P> task) {
    return new Encoder<>(task, PayloadCodec.json(), 1024, time);
  }
}
