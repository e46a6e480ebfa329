package dev.errand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.codec.PayloadCodec;
import dev.errand.codec.PayloadException;
import org.junit.jupiter.api.Test;

/** Payloads of three versions, and a task of the third. */
final class UpcastersTest {
  private static final PayloadCodec JSON = PayloadCodec.json();

  record First(String order, int euros) {}

  record Second(String order, long cents) {}

  record Third(String order, long amount, String currency) {}

  private static final Task<Third> UNVERSIONED = Task.of("bill", Third.class).on("bills");

  private static final Upcasters<Third> CHAIN = Upcasters.from(
          1, First.class, first -> new Second(first.order(), 100L * first.euros()))
      .then(Second.class, second -> new Third(second.order(), second.cents(), "EUR"));

  private static final Task<Third> BILL = UNVERSIONED.version(3, CHAIN);

  private static Third read(Task<Third> task, int version, String body) {
    return task.read(JSON, version, body.getBytes(UTF_8));
  }

  @Test
  void body_ofAnyVersionOfTheChain_isBroughtUpToToday() {
    Third today = new Third("4711", 1900, "EUR");

    assertThat(read(BILL, 1, "{\"order\":\"4711\",\"euros\":19}")).isEqualTo(today);
    assertThat(read(BILL, 2, "{\"order\":\"4711\",\"cents\":1900}")).isEqualTo(today);
    assertThat(read(BILL, 3, "{\"order\":\"4711\",\"amount\":1900,\"currency\":\"EUR\"}"))
        .isEqualTo(today);
  }

  @Test
  void task_withoutVersions_isOfVersionOne() {
    assertThat(UNVERSIONED.version()).isEqualTo(1);
    assertThat(BILL.version()).isEqualTo(3);
    assertThat(read(UNVERSIONED, 1, "{\"order\":\"4711\"}")).isEqualTo(new Third("4711", 0, null));
  }

  @Test
  void body_olderThanTheChain_isUnreadable() {
    Task<Third> younger = UNVERSIONED.version(
        3,
        Upcasters.from(2, Second.class, second -> new Third(second.order(), second.cents(), "")));

    assertThatThrownBy(() -> read(younger, 1, "{}"))
        .isInstanceOf(PayloadException.class)
        .hasMessageContainingAll("version 1", "'bill'", "2 to 3");
  }

  @Test
  void body_beyondTheTask_isRefused() {
    assertThatThrownBy(() -> read(BILL, 4, "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("version 4", "'bill'", "beyond 3");
  }

  @Test
  void missingLink_isRefusedWhenTheTaskIsMade() {
    assertThatThrownBy(() -> UNVERSIONED.version(4, CHAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'bill'", "version 4", "from version 1 to 3");
    assertThatThrownBy(() -> UNVERSIONED.version(2, CHAIN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Upcasters.from(0, First.class, first -> first))
        .hasMessageContaining("cannot be 0");
  }

  @Test
  void upcaster_thatGivesNull_isNamed() {
    Task<Third> broken = UNVERSIONED.version(2, Upcasters.from(1, First.class, first -> null));

    assertThatThrownBy(() -> read(broken, 1, "{}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(First.class.getName(), "version 1", "null");
  }
}
