package dev.errand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DeadLetterTest {
  private static final Message DEAD = Message.of("4711", "{\"secret\":1}".getBytes(UTF_8))
      .type("documents.render")
      .contentType(WireFormat.JSON)
      .correlationId("order-7")
      .header("tenant", "blue")
      .header(WireFormat.ENQUEUED_AT, 1_000L)
      .header(WireFormat.QUEUE, "documents")
      .header(WireFormat.ATTEMPT, 8)
      .header(WireFormat.RETURNS, 1)
      .header(WireFormat.CRASHES, 1)
      .header(WireFormat.INTERRUPTIONS, 2)
      .header(WireFormat.DEFERRALS, 3)
      .header(WireFormat.DUE_AT, 2_000L)
      .header(WireFormat.FAILURE_REASON, "attempt 8 of 8 failed")
      .header(WireFormat.FAILURE_TYPE, "java.net.ConnectException")
      .header(WireFormat.FAILURE_MESSAGE, "refused")
      .header(WireFormat.FAILURE_STACK, "java.net.ConnectException: refused\n  at A.b")
      .header(WireFormat.FAILURE_FIRST_AT, 3_000L)
      .header(WireFormat.FAILURE_LAST_AT, 4_000L)
      .header(WireFormat.FAILURE_WORKER, "worker, process 1, host a")
      .build();

  private static final Instant NOW = Instant.ofEpochMilli(9_000);

  @Test
  void letterOfAWorker_tellsAllFacts() {
    DeadLetter letter = new DeadLetter("documents", DEAD);

    assertThat(letter.id()).isEqualTo("4711");
    assertThat(letter.task()).isEqualTo("documents.render");
    assertThat(letter.queue()).isEqualTo("documents");
    assertThat(letter.attempt()).isEqualTo(8);
    assertThat(letter.reason()).isEqualTo("attempt 8 of 8 failed");
    assertThat(letter.errorType()).isEqualTo("java.net.ConnectException");
    assertThat(letter.errorMessage()).isEqualTo("refused");
    assertThat(letter.stack()).startsWith("java.net.ConnectException: refused\n");
    assertThat(letter.enqueuedAt()).isEqualTo(Instant.ofEpochMilli(1_000));
    assertThat(letter.firstFailedAt()).isEqualTo(Instant.ofEpochMilli(3_000));
    assertThat(letter.lastFailedAt()).isEqualTo(Instant.ofEpochMilli(4_000));
    assertThat(letter.worker()).isEqualTo("worker, process 1, host a");
    assertThat(letter.message()).isSameAs(DEAD);
  }

  @Test
  void toString_isOneLine_withoutThePayload() {
    assertThat(new DeadLetter("documents", DEAD))
        .hasToString("documents.render 4711 of 'documents', attempt 8, 1970-01-01T00:00:04Z:"
            + " attempt 8 of 8 failed: java.net.ConnectException: refused");
    assertThat(new DeadLetter("documents", Message.of("", new byte[0]).build()))
        .hasToString("(no task) (no id) of 'documents', attempt 1: (no reason)");
  }

  @Test
  void letterOfAForeignProgram_hasEmptyFacts() {
    DeadLetter letter = new DeadLetter(
        "documents",
        Message.of("", new byte[0])
            .header(WireFormat.ATTEMPT, -1)
            .header(WireFormat.FAILURE_REASON, 12)
            .header(WireFormat.FAILURE_LAST_AT, "yesterday")
            .build());

    assertThat(letter.id()).isEmpty();
    assertThat(letter.task()).isEmpty();
    assertThat(letter.attempt()).isEqualTo(1);
    assertThat(letter.reason()).isEmpty();
    assertThat(letter.errorType()).isEmpty();
    assertThat(letter.lastFailedAt()).isNull();
  }

  @Test
  void letterThatTheBrokerMoved_saysSo_alsoAfterAnEarlierFailure() {
    Message moved = DEAD.copy().header(Message.BROKER_REASON, "delivery-limit").build();

    assertThat(new DeadLetter("documents", moved).reason())
        .isEqualTo("moved by the broker: delivery-limit");
  }

  @Test
  void afresh_isTheJobAsItWasEnqueued() {
    Message job = new DeadLetter("documents", DEAD).afresh(NOW);

    assertThat(job.id()).isEqualTo("4711");
    assertThat(job.type()).isEqualTo("documents.render");
    assertThat(job.contentType()).isEqualTo(WireFormat.JSON);
    assertThat(job.correlationId()).isEqualTo("order-7");
    assertThat(job.body()).isSameAs(DEAD.body());
    assertThat(job.headers())
        .containsExactlyInAnyOrderEntriesOf(Map.of(
            "tenant",
            "blue",
            WireFormat.ENQUEUED_AT,
            1_000L,
            WireFormat.REDRIVEN_AT,
            9_000L,
            WireFormat.QUEUE,
            "documents"));
  }

  @Test
  void afresh_neverExpires_whetherItsTimeWasOverOrNot() {
    DeadLetter at = expiring(NOW);
    DeadLetter before = expiring(NOW.minusMillis(1));
    DeadLetter later = expiring(NOW.plusMillis(1));

    assertThat(at.expiresAt()).isEqualTo(NOW);
    assertThat(at.afresh(NOW).headers()).doesNotContainKey(WireFormat.EXPIRES_AT);
    assertThat(before.afresh(NOW).headers()).doesNotContainKey(WireFormat.EXPIRES_AT);
    assertThat(later.afresh(NOW).headers()).doesNotContainKey(WireFormat.EXPIRES_AT);
  }

  private static DeadLetter expiring(Instant when) {
    return new DeadLetter(
        "documents",
        DEAD.copy().header(WireFormat.EXPIRES_AT, when.toEpochMilli()).build());
  }

  @Test
  void afresh_goesToTheQueueItLiesBeside_whateverItsHeaderSays() {
    Message forged = DEAD.copy().header(WireFormat.QUEUE, "payments").build();

    assertThat(new DeadLetter("documents", forged).afresh(NOW).headers())
        .containsEntry(WireFormat.QUEUE, "documents");
  }

  @Test
  void passedOver_isTheSame_whereThatLosesNothing() {
    assertThat(new DeadLetter("documents", DEAD).passedOver()).isSameAs(DEAD);
  }

  @Test
  void passedOver_withAPriority_comesLast_andHasItAgainWhenRedriven() {
    Message urgent = DEAD.copy().priority(7).build();

    Message kept = new DeadLetter("documents", urgent).passedOver();
    Message keptTwice = new DeadLetter("documents", kept).passedOver();

    assertThat(kept.priority()).isZero();
    assertThat(kept.headers()).containsEntry(WireFormat.PRIORITY, 7);
    assertThat(keptTwice).isSameAs(kept);
    Message job = new DeadLetter("documents", kept).afresh(NOW);
    assertThat(job.priority()).isEqualTo(7);
    assertThat(job.headers()).doesNotContainKey(WireFormat.PRIORITY);
  }

  @Test
  void passedOver_withAPriorityThatNoMessageHas_isRedrivenAllTheSame() {
    Message forged = DEAD.copy().header(WireFormat.PRIORITY, 100_000).build();

    assertThat(new DeadLetter("documents", forged).afresh(NOW).priority()).isEqualTo(255);
  }

  @Test
  void passedOver_ofWhatTheBrokerMoved_keepsTheReason() {
    Message moved = DEAD.copy().header(Message.BROKER_REASON, "delivery-limit").build();

    DeadLetter kept = new DeadLetter("documents", new DeadLetter("documents", moved).passedOver());

    assertThat(kept.reason()).isEqualTo("moved by the broker: delivery-limit");
    assertThat(kept.message().headers()).doesNotContainKey(Message.BROKER_REASON);
  }
}
