package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.errand.broker.Broker;
import dev.errand.broker.Queue;
import dev.errand.broker.TopologyException;
import dev.errand.broker.inmemory.Faults;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client whose first job waits for a server that then refuses to declare its queue. */
final class LateDeclarationTest {
  private static final Task<String> REFUSED =
      Task.of("mail", String.class).on(Queue.named("urgent").priorities(33));

  private final Broker broker = Broker.open("memory:");
  private final TaskClient tasks = TaskClient.on(upAtTheFirstPublish());

  @BeforeEach
  void stop() {
    Faults.of(broker).stop();
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void enqueue_failsOfTheRefusal_andNotAsUnroutable() {
    assertThatThrownBy(() -> tasks.enqueue(REFUSED, "hello"))
        .isInstanceOfSatisfying(
            TopologyException.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(TopologyException.Reason.UNSUPPORTED));
  }

  @Test
  void enqueueAsync_failsOfTheRefusal_asEnqueueThrowsIt() {
    assertThatThrownBy(() -> tasks.enqueueAsync(REFUSED, "hello").join())
        .hasCauseInstanceOf(TopologyException.class);
  }

  @Test
  void enqueueAll_failsOfTheRefusalForEach_andIsSafeToRepeat() {
    BatchException failed = catchThrowableOfType(
        BatchException.class, () -> tasks.enqueueAll(REFUSED, List.of("hello", "again")));

    assertThat(failed.failures()).containsOnlyKeys(0, 1);
    assertThat(failed.failures().values())
        .allSatisfy(each -> assertThat(each).isInstanceOf(TopologyException.class));
    assertThat(failed.safeToRepeat()).isTrue();
  }

  private Broker upAtTheFirstPublish() {
    return (Broker) Proxy.newProxyInstance(
        Broker.class.getClassLoader(), new Class<?>[] {Broker.class}, (self, method, arguments) -> {
          if (method.getName().equals("publish")) {
            Faults.of(broker).start();
          }
          try {
            return method.invoke(broker, arguments);
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        });
  }
}
