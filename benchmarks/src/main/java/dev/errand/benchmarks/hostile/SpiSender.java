package dev.errand.benchmarks.hostile;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Phaser;

/**
 * Where there is no other client, as in memory: sends each as the copy of an empty message, whose
 * limits are wider than a publication's. Headers of the broker's own, which no message of ours can
 * have, are left out.
 */
final class SpiSender implements Sender {
  private static final int WINDOW = 50;

  private final String queue;
  private final String way = "hostile.way." + UUID.randomUUID();
  private final Broker broker;
  private final ConcurrentMap<String, Foreign> onTheWay = new ConcurrentHashMap<>();
  private final Phaser unanswered = new Phaser(1);
  private int sent;

  SpiSender(String address, String queue) {
    this.queue = queue;
    broker = Broker.open(address);
    broker.declare(Queue.named(way)).join();
    broker.subscribe(way, WINDOW, this::replace);
  }

  private void replace(Delivery delivery) {
    Foreign foreign = onTheWay.remove(delivery.message().id());
    if (foreign == null) {
      throw new IllegalStateException("It was sent twice: " + delivery.message());
    }
    CompletableFuture<Void> unused = delivery
        .replace(Publication.of(message(foreign), Route.queue(queue)))
        .whenComplete((nothing, error) -> {
          if (error != null) {
            error.printStackTrace();
          }
          unanswered.arriveAndDeregister();
        });
  }

  private static Message message(Foreign foreign) {
    Map<String, Object> headers = new TreeMap<>(foreign.headers());
    headers.keySet().removeIf(name -> name.startsWith("x-"));
    return Message.of(foreign.id(), foreign.body())
        .type(foreign.type())
        .contentType(foreign.contentType())
        .priority(foreign.priority())
        .headers(headers)
        .build();
  }

  @Override
  public void send(Foreign message) {
    onTheWay.put(message.id(), message);
    unanswered.register();
    broker
        .publish(Publication.of(Message.of(message.id(), new byte[0]).build(), Route.queue(way)))
        .join();
    if (++sent % WINDOW == 0) {
      flush();
    }
  }

  @Override
  public void flush() {
    unanswered.arriveAndAwaitAdvance();
  }

  @Override
  public void close() {
    broker.close();
  }
}
