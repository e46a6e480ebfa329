package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Capabilities LIMITS =
      new Capabilities("test", 10, Duration.ofHours(1), STEP, Queue.Durability.DURABLE, Map.of());
  private static final Route ROUTE = Route.queue("q");

  private static Publication of(Message.Builder message) {
    return Publication.of(message.build(), ROUTE);
  }

  private static void refused(Publication publication, String... words) {
    PublishException refusal =
        catchThrowableOfType(PublishException.class, () -> LIMITS.check(publication));
    assertThat(refusal.reason()).isEqualTo(PublishException.Reason.BEYOND_LIMIT);
    assertThat(refusal.safeToRepeat()).isTrue();
    assertThat(refusal)
        .hasMessageContainingAll(words)
        .hasMessageContaining(
            "was not published. It fails again until the message or the limit is changed.");
  }

  private static void accepted(Publication publication) {
    assertThatCode(() -> LIMITS.check(publication)).doesNotThrowAnyException();
  }

  @Test
  void check_body_isExact() {
    accepted(of(Message.of("m", new byte[10])));
    refused(of(Message.of("m", new byte[11])), "11 bytes", "at most 10");
  }

  @Test
  void checkCopy_largeBody_isAccepted() {
    assertThatCode(() -> LIMITS.checkCopy(of(Message.of("m", new byte[11]))))
        .doesNotThrowAnyException();
  }

  @Test
  void check_texts_areCountedInBytes() {
    accepted(of(Message.of("é".repeat(127) + "a", new byte[0])));
    refused(of(Message.of("é".repeat(128), new byte[0])), "id has 256 bytes", "at most 255");
    accepted(of(Message.of("m", new byte[0]).correlationId("😀".repeat(63) + "abc")));
    refused(
        of(Message.of("m", new byte[0]).correlationId("😀".repeat(64))), "correlation id has 256");
  }

  @Test
  void check_key_isExact() {
    Message message = Message.of("m", new byte[0]).build();
    accepted(Publication.of(message, Route.exchange(Exchange.topic("t"), "k".repeat(200))));
    refused(
        Publication.of(message, Route.exchange(Exchange.topic("t"), "k".repeat(201))),
        "routing key has 201");
  }

  @Test
  void check_namesOfTheRoute_areExact() {
    Publication any = of(Message.of("m", new byte[0]));
    accepted(Publication.of(any.message(), Route.queue("q".repeat(255))));
    refused(
        Publication.of(any.message(), Route.queue("q".repeat(256))), "queue name has 256 bytes");
    accepted(Publication.of(any.message(), Route.queue("q".repeat(200))).after(STEP));
    refused(
        Publication.of(any.message(), Route.queue("q".repeat(201))).after(STEP),
        "queue name has 201 bytes");
    accepted(Publication.of(any.message(), new Route.ToExchange("x".repeat(255), "k")));
    refused(
        Publication.of(any.message(), new Route.ToExchange("x".repeat(256), "k")),
        "exchange name has 256 bytes");
    accepted(Publication.of(any.message(), new Route.ToExchange("x".repeat(200), "k"))
        .after(STEP));
    refused(
        Publication.of(any.message(), new Route.ToExchange("x".repeat(201), "k"))
            .after(STEP),
        "exchange name has 201 bytes");
  }

  @Test
  void check_instants_areExact() {
    Instant latest = Instant.ofEpochSecond(Long.MAX_VALUE / 1_000);
    Instant tooLate = latest.plusSeconds(1);
    accepted(of(Message.of("m", new byte[0]).timestamp(latest).header("h", latest)));
    refused(of(Message.of("m", new byte[0]).timestamp(tooLate)), "timestamp is " + tooLate);
    refused(of(Message.of("m", new byte[0]).header("h", Instant.MIN)), "header 'h' is");
    refused(of(Message.of("m", new byte[0]).header("h", List.of(tooLate))), "header 'h' is");
  }

  @Test
  void check_headers_areExact() {
    int overhead = 1 + "h".length() + 5;
    int room = Capabilities.MAX_HEADER_BYTES - overhead;
    accepted(of(Message.of("m", new byte[0]).header("h", "v".repeat(room))));
    refused(of(Message.of("m", new byte[0]).header("h", "v".repeat(room + 1))), "65537 bytes");
  }

  @Test
  void checkCopy_headers_haveALimitOfTheirOwn() {
    int room = Capabilities.MAX_COPY_HEADER_BYTES - (1 + "h".length() + 5);
    Publication largest = of(Message.of("m", new byte[0]).header("h", "v".repeat(room)));
    Publication larger = of(Message.of("m", new byte[0]).header("h", "v".repeat(room + 1)));

    assertThatCode(() -> LIMITS.checkCopy(largest)).doesNotThrowAnyException();
    PublishException refusal =
        catchThrowableOfType(PublishException.class, () -> LIMITS.checkCopy(larger));
    assertThat(refusal.reason()).isEqualTo(PublishException.Reason.BEYOND_LIMIT);
    assertThat(refusal).hasMessageContaining("122881 bytes");
  }

  @Test
  void check_delay_isExact() {
    Publication now = of(Message.of("m", new byte[0]));
    accepted(now.after(Duration.ofHours(1)));
    refused(now.after(Duration.ofHours(1).plus(STEP)), "1 h 0.1 s", "at most 1 h");
  }
}
