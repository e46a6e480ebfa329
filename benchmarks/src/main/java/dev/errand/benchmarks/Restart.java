package dev.errand.benchmarks;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Topology;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a restart of the server does to delayed messages of which a step falls due meanwhile: prints
 * how many were late, counted from when they were due or, if that is later, from when the server
 * answered again, and by how much at most. The server has a few hundred queues, so that it takes
 * its time to start.
 *
 * <p>Arguments: restarts (default 3), and for how many seconds the server waits before it hands on
 * again what it could not (default: its own, 180).
 */
public final class Restart {
  private static final int OTHERS = 200;
  private static final int QUEUES = 15;
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LAST = Duration.ofSeconds(20);
  private static final Duration BETWEEN = Duration.ofMillis(700);

  /** Beyond the longest that is known. */
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private static final Duration LATE = Duration.ofSeconds(10);

  private final RabbitNode node;
  private final Map<String, Long> due = new ConcurrentHashMap<>();
  private final Map<String, Long> arrived = new ConcurrentHashMap<>();

  private Restart(RabbitNode node) {
    this.node = node;
  }

  /** Runs it; each line is one restart. */
  public static void main(String... arguments) throws Exception {
    int restarts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    try (RabbitNode node = RabbitServer.privateNode()) {
      if (arguments.length > 1) {
        // Read at the next start.
        node.give(patience(Integer.parseInt(arguments[1])));
      }
      try (Broker broker = open(node)) {
        declare(broker, names(OTHERS));
      }
      for (int restart = 1; restart <= restarts; restart++) {
        new Restart(node).run(restart);
      }
    }
  }

  private static Path patience(int seconds) throws IOException {
    String line = "[{rabbit, [{dead_letter_worker_publisher_confirm_timeout, %d}]}].%n"
        .formatted(seconds * 1_000);
    return Files.writeString(
        Files.createTempDirectory("errand-restart").resolve("advanced.config"), line);
  }

  private static Broker open(RabbitNode node) {
    Broker broker = Broker.open(node.address() + "?publish-timeout=30s");
    broker.ready(Duration.ofSeconds(30));
    return broker;
  }

  private static List<String> names(int count) {
    return Stream.generate(() -> UUID.randomUUID().toString()).limit(count).toList();
  }

  private static void declare(Broker broker, List<String> queues) {
    broker.declare(queues.stream().map(Queue::named).toArray(Topology[]::new)).join();
  }

  private void run(int number) throws InterruptedException {
    List<String> queues = names(QUEUES);
    try (Broker broker = open(node)) {
      declare(broker, queues);
      publish(broker, queues);
      node.stop();
      node.start();
      long up = Time.system().millis();
      CountDownLatch all = new CountDownLatch(due.size());
      queues.forEach(queue -> broker.subscribe(queue, 100, delivery -> {
        CompletableFuture<Void> unused = delivery.ack();
        Long before = arrived.putIfAbsent(delivery.message().id(), Time.system().millis());
        if (before == null) {
          all.countDown();
        }
      }));
      boolean unused = all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      report(number, up);
    }
  }

  private void publish(Broker broker, List<String> queues) {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (Duration delay = FIRST; delay.compareTo(LAST) < 0; delay = delay.plus(BETWEEN)) {
      for (String queue : queues) {
        String id = queue + " after " + delay;
        due.put(id, Time.system().millis() + delay.toMillis());
        Message message = Message.of(id, new byte[1]).build();
        answers.add(broker.publish(Publication.of(message, Route.queue(queue)).after(delay)));
      }
    }
    answers.forEach(CompletableFuture::join);
  }

  private void report(int number, long up) {
    List<Long> lateness = arrived.entrySet().stream()
        .map(each -> each.getValue() - Math.max(up, due.getOrDefault(each.getKey(), up)))
        .sorted()
        .toList();
    System.out.printf(
        Locale.ROOT,
        "RabbitMQ %s  restart %d  delayed %d  missing %d  late by more than %d s %d  at most %.1f s%n",
        node.version(),
        number,
        due.size(),
        due.size() - arrived.size(),
        LATE.toSeconds(),
        lateness.stream().filter(each -> each > LATE.toMillis()).count(),
        lateness.isEmpty() ? 0 : lateness.get(lateness.size() - 1) / 1e3);
  }
}
