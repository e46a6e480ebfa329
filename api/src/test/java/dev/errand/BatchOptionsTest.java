package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatchOptionsTest {
  private static final Task<String> MAIL = Task.of("mail", String.class).on("mails");

  private final Broker broker = Broker.open("memory:");
  private final TaskClient tasks = TaskClient.on(broker);

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void eachJob_hasTheOptionsOfItsPayload() {
    List<Receipt> receipts = tasks.enqueueAll(
        MAIL, List.of("a", "b"), letter -> EnqueueOptions.withId("mail-" + letter));

    assertThat(receipts).extracting(Receipt::id).containsExactly("mail-a", "mail-b");
    assertThat(broker.inspect("mails", 2).join().head())
        .extracting(Message::id)
        .containsExactly("mail-a", "mail-b");
  }

  @Test
  void optionsThatCannotBeHad_refuseTheirPayloadOnly() {
    Map<String, EnqueueOptions> some =
        Map.of("a", EnqueueOptions.NONE, "c", EnqueueOptions.withId("c"));

    BatchException partly = catchThrowableOfType(
        BatchException.class,
        () -> tasks.enqueueAll(
            MAIL,
            List.of("a", "b", "c", ""),
            letter -> letter.isEmpty() ? EnqueueOptions.withId(letter) : some.get(letter)));

    assertThat(partly.receipts()).hasSize(2);
    assertThat(partly.failures()).containsOnlyKeys(1, 3);
    assertThat(partly.failures().get(1))
        .hasMessageContaining("gave null for a payload of the task 'mail'");
    assertThat(partly.failures().get(3)).hasMessageContaining("id is empty");
  }
}
