package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import dev.errand.time.ManualTime;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ConfirmChannelTest {
  private static final Publication PUBLICATION =
      Publication.of(Message.of("m", new byte[0]).build(), Route.queue("q"));

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicBoolean fails = new AtomicBoolean();
  private final ManualTime time = ManualTime.create();

  private static <T> T standIn(Class<T> type, InvocationHandler answers) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
  }

  private Connection connection() {
    return standIn(Connection.class, (self, method, given) -> {
      asked.add("connection " + method.getName());
      return method.getName().equals("createChannel") ? channel((Connection) self) : null;
    });
  }

  private Channel channel(Connection connection) {
    return standIn(Channel.class, (self, method, given) -> {
      asked.add(method.getName());
      return switch (method.getName()) {
        case "getConnection" -> connection;
        case "getNextPublishSeqNo" -> 1L;
        case "basicPublish" -> {
          if (fails.get()) {
            throw new StackOverflowError();
          }
          yield null;
        }
        default -> null;
      };
    });
  }

  /** Never told here. */
  private static final class Unanswered extends Confirm {
    Unanswered() {
      super(PUBLICATION);
    }

    @Override
    void succeeded() {
      throw new AssertionError("answered");
    }

    @Override
    void failed(PublishException reason) {
      throw new AssertionError("answered", reason);
    }
  }

  private ConfirmChannel.Handed publish(ConfirmChannel channel) throws InterruptedException {
    return channel.publish(
        new Unanswered(), Address.now(PUBLICATION.route()), time.nanoTime() + 1_000_000_000);
  }

  /**
   * The client may have counted what the server never saw: each later answer would be for another.
   */
  @Test
  void writeThatAnErrorBreaksOff_isTheLastOfItsConnection() throws Exception {
    ConfirmChannel channel = ConfirmChannel.open(connection(), 16, time, () -> {});
    assertThat(publish(channel)).isEqualTo(ConfirmChannel.Handed.OVER);
    assertThat(channel.isTorn()).isFalse();

    fails.set(true);
    assertThatThrownBy(() -> publish(channel)).isInstanceOf(StackOverflowError.class);
    fails.set(false);
    asked.clear();

    assertThat(channel.isTorn()).isTrue();
    assertThat(channel.sweep(Duration.ofMinutes(1))).isZero();
    assertThat(publish(channel)).isEqualTo(ConfirmChannel.Handed.CLOSED);
    assertThat(asked).isEmpty();
    channel.abort();
    assertThat(asked).contains("connection abort");
  }
}
