package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.retry.RetryPolicy;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TaskTest {

  @Test
  void task_onAQueue_hasItsDeadLettersBesideIt() {
    Task<String> task = Task.of("mail", String.class).on(Queue.named("mails").priorities(3));

    assertThat(task.home().topology())
        .containsExactly(
            Queue.named("mails.dead"), Queue.named("mails").priorities(3).overflow("mails.dead"));
  }

  @Test
  void task_durableQueue_hasDurableDeadLetters() {
    Queue durable = Queue.named("mails").durability(Queue.Durability.DURABLE);

    assertThat(Task.of("mail", String.class).on(durable).home().topology())
        .contains(Queue.named("mails.dead").durability(Queue.Durability.DURABLE));
  }

  @Test
  void task_queueWithAnotherOverflow_isRefused() {
    Queue queue = Queue.named("mails").overflow("elsewhere");

    assertThatThrownBy(() -> Task.of("mail", String.class).on(queue))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'elsewhere'")
        .hasMessageContaining("'mails.dead'");
  }

  @Test
  void task_onAQueueForDeadLetters_isRefusedWithWhoseTheyAre() {
    Task<String> event = Task.of("event", String.class).through(Exchange.fanout("events"));

    assertThatThrownBy(() -> Task.of("mourn", String.class).on("mails.dead"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "'mails.dead'", "queue 'mails'", "DeadLetters.of(broker, \"mails\")");
    assertThatThrownBy(() -> event.from("mails.dead"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'mails.dead'");
  }

  @Test
  void task_onALane_isRefusedWithWhoseItIs() {
    Task<String> event = Task.of("event", String.class).through(Exchange.fanout("events"));

    assertThatThrownBy(() -> Task.of("return", String.class).on("mails.returned"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'mails.returned'", "the lane of queue 'mails'");
    assertThatThrownBy(() -> event.from("mails.returned"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'mails.returned'");
  }

  @Test
  void task_onAQueueWhoseLaneHasTooLongAName_isRefused() {
    assertThatThrownBy(() -> Task.of("mail", String.class).on("q".repeat(192)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("201 bytes");
    assertThat(Task.of("mail", String.class).on("q".repeat(191)).name()).isEqualTo("mail");
  }

  @Test
  void task_atMostOnce_isNeverRetried() {
    Task<String> pay = Task.of("pay", String.class).on("payments").atMostOnce();

    assertThat(pay.isAtMostOnce()).isTrue();
    assertThat(pay.policy().attempts()).isEqualTo(1);
    assertThat(pay.retrying(RetryPolicy.never()).isAtMostOnce()).isTrue();
    assertThat(Task.of("mail", String.class).on("mails").isAtMostOnce()).isFalse();
  }

  @Test
  void task_atMostOnceAndRetried_isRefusedInEitherOrder() {
    Task<String> pay = Task.of("pay", String.class).on("payments");
    RetryPolicy thrice = RetryPolicy.every(Duration.ofSeconds(1)).attempts(3);

    assertThatThrownBy(() -> pay.atMostOnce().retrying(thrice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("task 'pay'", "3 attempts", "atMostOnce");
    assertThatThrownBy(() -> pay.retrying(thrice).atMostOnce())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("task 'pay'", "3 attempts", "atMostOnce");
    assertThat(pay.retrying(RetryPolicy.never()).atMostOnce().isAtMostOnce()).isTrue();
  }

  @Test
  void task_atMostOnceAndRetriedAfterOneException_isRefused() {
    Task<String> pay = Task.of("pay", String.class).on("payments");
    RetryPolicy everySecond = RetryPolicy.every(Duration.ofSeconds(1));
    RetryPolicy nested = RetryPolicy.never()
        .on(IOException.class, RetryPolicy.never().on(EOFException.class, everySecond));

    assertThatThrownBy(() -> pay.atMostOnce().retrying(nested))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("task 'pay'", "20 attempts", "atMostOnce");
    assertThatThrownBy(() -> pay.retrying(nested).atMostOnce())
        .isInstanceOf(IllegalArgumentException.class);
    RetryPolicy once = everySecond.attempts(1).on(IOException.class, everySecond);
    assertThat(pay.retrying(once).atMostOnce().isAtMostOnce()).isTrue();
  }

  @Test
  void task_throughAnExchange_hasTheExchange() {
    Exchange exchange = Exchange.topic("uploads");

    assertThat(Task.of("image", String.class).through(exchange, "a.b").home().topology())
        .containsExactly(exchange);
  }

  @Test
  void task_keyForAHeadersExchangeOrHeadersForAnother_isRefused() {
    Task.Unrouted<String> task = Task.of("a", String.class);

    assertThatThrownBy(() -> task.through(Exchange.headers("h"), "key"))
        .hasMessageContainingAll("'a'", "HEADERS", "'h'", "throughHeaders");
    assertThatThrownBy(() -> task.throughHeaders(Exchange.direct("d"), Map.of("k", "v")))
        .hasMessageContainingAll("'a'", "DIRECT", "'d'", "Give a key");
    assertThatThrownBy(() -> task.throughHeaders(Exchange.fanout("f"), payload -> Map.of()))
        .hasMessageContainingAll("FANOUT", "'f'");
  }

  @Test
  void task_nothingToMatchForAnExchangeThatMatches_isRefused() {
    Task.Unrouted<String> task = Task.of("a", String.class);

    assertThat(task.through(Exchange.fanout("f")).home().topology())
        .containsExactly(Exchange.fanout("f"));
    assertThatThrownBy(() -> task.through(Exchange.topic("t")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'a'", "TOPIC", "'t'", "Give a key");
    assertThatThrownBy(() -> task.through(Exchange.headers("h")))
        .hasMessageContainingAll("HEADERS", "throughHeaders");
  }

  @Test
  void task_headerOfErrand_isRefused() {
    Task.Unrouted<String> task = Task.of("mail", String.class);

    assertThatThrownBy(
            () -> task.throughHeaders(Exchange.headers("h"), Map.of("errand-attempt", 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("errand-attempt");
  }

  @Test
  void task_nameEmptyOrBeyond200Bytes_isRefused() {
    assertThat(Task.of("é".repeat(100), String.class).on("q").name()).hasSize(100);
    assertThatThrownBy(() -> Task.of("é".repeat(100) + "x", String.class))
        .hasMessageContaining("201 bytes");
    assertThatThrownBy(() -> Task.of("", String.class)).hasMessageContaining("0 bytes");
  }

  @Test
  void retrying_anotherPolicy_leavesTheOriginal() {
    Task<String> task = Task.of("mail", String.class).on("mails");

    assertThat(task.retrying(RetryPolicy.never()).policy().attempts()).isEqualTo(1);
    assertThat(task.policy()).isSameAs(RetryPolicy.DEFAULT);
  }

  @Test
  void alias_isAFormerName_andLeavesTheOriginal() {
    Task<String> task = Task.of("mail", String.class).on("mails");

    Task<String> renamed = task.alias("mail.send", "post").alias("letter");

    assertThat(renamed.name()).isEqualTo("mail");
    assertThat(renamed.aliases()).containsExactly("mail.send", "post", "letter");
    assertThat(task.aliases()).isEmpty();
  }

  @Test
  void alias_thatIsNone_isRefused() {
    Task<String> task = Task.of("mail", String.class).on("mails").alias("post");

    assertThatThrownBy(() -> task.alias("mail")).hasMessageContainingAll("'mail'", "already");
    assertThatThrownBy(() -> task.alias("post")).hasMessageContainingAll("'post'", "already");
    assertThatThrownBy(() -> task.alias("a", "a")).hasMessageContainingAll("'a'", "already");
    assertThatThrownBy(task::alias).hasMessageContaining("one or more");
    assertThatThrownBy(() -> task.alias("x".repeat(201))).hasMessageContaining("201 bytes");
  }

  @Test
  void timeout_isKept_byWhatElseIsSaid() {
    Task<String> task = Task.of("mail", String.class).on("mails");
    Task<String> bounded = task.timeout(Duration.ofMinutes(2));

    assertThat(task.timeout()).isEmpty();
    assertThat(bounded.retrying(RetryPolicy.never()).timeout()).hasValue(Duration.ofMinutes(2));
    assertThat(bounded.atMostOnce().timeout()).hasValue(Duration.ofMinutes(2));
    assertThat(task.atMostOnce().timeout(Duration.ofMinutes(2)).isAtMostOnce()).isTrue();
  }

  @Test
  void timeout_outOfRange_isRefused() {
    Task<String> task = Task.of("mail", String.class).on("mails");

    assertThat(task.timeout(Task.LONGEST_TIMEOUT).timeout()).hasValue(Task.LONGEST_TIMEOUT);
    assertThatThrownBy(() -> task.timeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("task 'mail' cannot be 0 ms");
    assertThatThrownBy(() -> task.timeout(Duration.ofSeconds(-1))).hasMessageContaining("-1 s");
    assertThatThrownBy(() -> task.timeout(Task.LONGEST_TIMEOUT.plusNanos(1)))
        .hasMessageContaining("at most 365 days");
  }
}
