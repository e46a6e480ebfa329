package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClearingTest {
  private static StackTraceElement frame(String type, String method) {
    return new StackTraceElement(type, method, null, 1);
  }

  @Test
  void handlerThatEndsTheProcess_isKnownByItsStack() {
    StackTraceElement handler = frame("shop.Bills", "handle");

    assertThat(Clearing.isEndingTheProcess(new StackTraceElement[] {
          frame("java.lang.Shutdown", "exit"),
          frame("java.lang.Runtime", "exit"),
          frame("java.lang.System", "exit"),
          handler
        }))
        .isTrue();
    assertThat(Clearing.isEndingTheProcess(
            new StackTraceElement[] {frame("java.lang.Runtime", "exec"), handler}))
        .isFalse();
  }
}
