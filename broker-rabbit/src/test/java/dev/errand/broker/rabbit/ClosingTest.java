package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.testing.rabbit.RabbitProxy;
import dev.errand.testing.rabbit.RabbitServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private static final int LARGE = 16 * 1024 * 1024;

  private final String name = "q." + UUID.randomUUID();
  private final RabbitProxy proxy = RabbitProxy.before(RabbitServer.shared());
  private Broker broker;

  @BeforeEach
  void open() throws Exception {
    broker = Broker.open(proxy.address() + "?publish-timeout=1s&heartbeat=10m");
    broker.ready(Duration.ofSeconds(20));
    broker.declare(Queue.named(name)).get(20, SECONDS);
  }

  @AfterEach
  void nothingRuns() {
    proxy.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(thread -> thread.startsWith("errand-rabbit-"));
  }

  private Publication message(int bytes) {
    return Publication.of(Message.of("m", new byte[bytes]).build(), Route.queue(name));
  }

  private Delivery delivered() throws Exception {
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    // By another, as the time-out of ours is short for a busy machine.
    try (Broker patient = Broker.open(RabbitServer.shared().address())) {
      patient.publish(message(1)).get(20, SECONDS);
    }
    broker.subscribe(name, 5, new Receiver() {
      @Override
      public void receive(Delivery delivery) {
        deliveries.add(delivery);
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {}
    });
    Delivery delivery = deliveries.poll(20, SECONDS);
    assertThat(delivery).isNotNull();
    return delivery;
  }

  private static void start(String thread, Runnable work) {
    Thread started = new Thread(work, thread);
    started.setDaemon(true);
    started.start();
  }

  private static void awaitWrite(String thread) {
    Awaitility.await()
        .atMost(10, SECONDS)
        .until(() -> Thread.getAllStackTraces().entrySet().stream()
            .filter(each -> each.getKey().getName().endsWith(thread))
            .flatMap(each -> Arrays.stream(each.getValue()))
            .anyMatch(frame -> frame.getMethodName().equals("basicPublish")));
  }

  private void closeInTime() throws Exception {
    FutureTask<Void> close = new FutureTask<>(broker::close, null);
    start("closes", close);
    close.get(20, SECONDS);
  }

  @Test
  void close_whileAPublishIsStuck_freesIt() throws Exception {
    proxy.stall();
    FutureTask<CompletableFuture<Void>> publish =
        new FutureTask<>(() -> broker.publish(message(LARGE)));
    start("publishes", publish);
    awaitWrite("publishes");
    closeInTime();
    assertThatThrownBy(() -> publish.get(20, SECONDS).get(20, SECONDS))
        .hasMessageContaining("may have been published");
  }

  @Test
  void close_whileACopyIsStuck_freesIt() throws Exception {
    Delivery delivery = delivered();
    proxy.stall();
    CompletableFuture<Void> verb = delivery.replace(message(LARGE));
    awaitWrite("-copy");
    closeInTime();
    assertThatThrownBy(() -> verb.get(20, SECONDS)).isNotNull();
  }

  @Test
  void close_byAnInterruptedThread_endsAllAndKeepsTheFlag() throws Exception {
    delivered().release().get(20, SECONDS);
    Thread.currentThread().interrupt();
    broker.close();
    assertThat(Thread.interrupted()).isTrue();
  }
}
