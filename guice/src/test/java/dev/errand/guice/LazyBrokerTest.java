package dev.errand.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.UnavailableException;
import dev.errand.time.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LazyBrokerTest {
  private static final Publication GREETING =
      Publication.of(Message.of("m1", new byte[0]).build(), Route.queue("greetings"));

  private static final Receiver DEAF = new Receiver() {
    @Override
    public void receive(Delivery delivery) {}

    @Override
    public void stateChanged(Subscription.State state, String reason) {}
  };

  private final ManualTime time = ManualTime.create();
  private final AtomicInteger opened = new AtomicInteger();
  private final LazyBroker broker = new LazyBroker(time, given -> {
    opened.incrementAndGet();
    return Broker.open("memory:", given);
  });

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void time_isKnownBeforeItIsOpened() {
    assertThat(broker.time()).isSameAs(time);
    assertThat(opened).hasValue(0);
  }

  @Test
  void firstUse_opensItOnce_onItsTime() {
    broker.ready(Duration.ZERO);
    broker.declare(Queue.named("greetings")).join();

    assertThat(opened).hasValue(1);
    assertThat(broker.inspect("greetings", 0).join().ready()).isZero();
  }

  @Test
  void openingThatFails_isTriedAgainAtTheNextUse() {
    AtomicInteger tries = new AtomicInteger();
    try (LazyBroker unsure = new LazyBroker(time, given -> {
      if (tries.incrementAndGet() == 1) {
        throw new IllegalArgumentException("No backend.");
      }
      return Broker.open("memory:", given);
    })) {
      assertThatThrownBy(() -> unsure.ready(Duration.ZERO)).hasMessage("No backend.");
      unsure.ready(Duration.ZERO);
    }
  }

  @Test
  void closedUnused_isNeverOpened_andAnswersAsAClosedOne() {
    broker.close();
    broker.close();

    assertThatThrownBy(() -> broker.ready(Duration.ZERO))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(broker::capabilities).isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> broker.subscribe("greetings", 1, DEAF))
        .isInstanceOf(UnavailableException.class);
    assertFailsAsClosed(broker.declare(Queue.named("greetings")));
    assertFailsAsClosed(broker.inspect("greetings", 0));
    assertThatThrownBy(() -> broker.publish(GREETING).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            PublishException.class,
            refused -> assertThat(refused.reason()).isEqualTo(PublishException.Reason.UNAVAILABLE))
        .hasMessageContaining("closed")
        .hasMessageContaining("To publish it again is safe.");
    assertThat(opened).hasValue(0);
  }

  private static void assertFailsAsClosed(CompletableFuture<?> future) {
    assertThatThrownBy(future::join).hasCauseInstanceOf(UnavailableException.class);
  }
}
