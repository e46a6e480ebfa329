package dev.errand.worker.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class FailureTest {
  @Test
  void text_ofAnError_namesItsClassAndMessage() {
    assertThat(new Failure("attempt 1 failed", new IOException("no ink")).text())
        .isEqualTo("attempt 1 failed: java.io.IOException: no ink");
  }

  @Test
  void text_ofAnErrorWithoutAMessage_namesItsClass() {
    assertThat(new Failure("attempt 1 failed", new IOException()).text())
        .isEqualTo("attempt 1 failed: java.io.IOException");
  }

  @Test
  void text_withoutAnError_isTheReason() {
    assertThat(new Failure("no handler for task 'x'", null).text())
        .isEqualTo("no handler for task 'x'");
  }

  @Test
  void text_whateverItsParts_isNoLongerThanTheHeader() {
    String endless = "y".repeat(10_000_000);

    assertThat(new Failure("attempt 1 failed", new IOException(endless)).text())
        .hasSize(StackText.LONGEST_MESSAGE)
        .startsWith("attempt 1 failed: java.io.IOException: yyy")
        .endsWith("…");
    assertThat(new Failure(endless, null).text()).hasSize(StackText.LONGEST_MESSAGE);
  }
}
