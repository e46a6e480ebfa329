package dev.errand.broker.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.time.ManualTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A subscription is closed by one thread while another calls its receiver. */
final class ClosingRaceTest {
  private static final Queue QUEUE = Queue.named("queue");

  @Test
  void close_whileAnotherThreadCallsTheReceiver_isFollowedByNoCall() throws Exception {
    for (int round = 0; round < 500; round++) {
      closeAmidACall();
    }
  }

  private static void closeAmidACall() throws Exception {
    try (Broker broker = new InMemoryBrokerProvider().open("memory:", ManualTime.create())) {
      broker.declare(QUEUE).join();
      Calls calls = new Calls();
      Subscription subscription = broker.subscribe(QUEUE.name(), 1, calls);
      CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
        broker
            .publish(
                Publication.of(Message.of("m", new byte[0]).build(), Route.queue(QUEUE.name())))
            .join();
        Faults.of(broker).cut();
      });
      calls.received.get(10, TimeUnit.SECONDS);

      calls.gate.complete(null);
      subscription.close();

      List<String> heard = List.copyOf(calls.heard);
      other.get(10, TimeUnit.SECONDS);
      assertThat(calls.heard).isEqualTo(heard).endsWith("CLOSED");
    }
  }

  private static final class Calls implements Receiver {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> received = new CompletableFuture<>();
    private final CompletableFuture<Void> gate = new CompletableFuture<>();

    @Override
    public void receive(Delivery delivery) {
      heard.add(delivery.message().id());
      received.complete(null);
      gate.join();
    }

    @Override
    public void stateChanged(Subscription.State state, String reason) {
      heard.add("" + state);
    }
  }
}
