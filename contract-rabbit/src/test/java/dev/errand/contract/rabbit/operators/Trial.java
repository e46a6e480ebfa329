package dev.errand.contract.rabbit.operators;

import static dev.errand.contract.rabbit.operators.Shop.RENDER;
import static dev.errand.contract.rabbit.operators.Shop.UPLOADED;

import dev.errand.DeadLetters;
import dev.errand.EnqueueOptions;
import dev.errand.PassReport;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.contract.rabbit.operators.Shop.Upload;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Has somebody do what the page says he may; tells the server's refusal, if there is one. */
final class Trial {
  /** Longer than a refusal, or the work with its one retry, takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final EnqueueOptions SOON = EnqueueOptions.in(Duration.ofMillis(100));
  private static final List<String> QUEUES = List.of("documents", "index");

  private Trial() {}

  /** Enqueues into a queue and through an exchange. */
  static Optional<String> ofSender(String address) {
    return sends(address, client -> {
      client.enqueue(RENDER, new Upload("now"));
      client.enqueue(UPLOADED, new Upload("now"));
    });
  }

  /**
   * And for the latest time that there is, which needs every delay part; through the exchange also
   * for a time that comes.
   *
   * @param owner one who may look everywhere
   */
  static Optional<String> ofDelayingSender(String address, Broker owner) {
    long waiting = waiting(owner);
    EnqueueOptions longest = EnqueueOptions.in(Duration.ofDays(1157));
    try (RefusalsInLog log = new RefusalsInLog();
        Broker broker = Broker.open(address)) {
      broker.ready(PATIENCE);
      TaskClient client = TaskClient.on(broker);
      client.enqueue(RENDER, new Upload("now"));
      client.enqueue(UPLOADED, new Upload("now"));
      client.enqueue(RENDER, new Upload("later"), longest);
      client.enqueue(UPLOADED, new Upload("later"), longest);
      client.enqueue(UPLOADED, new Upload("soon"), SOON);
      return log.refusalBefore(() -> waiting(owner) >= waiting + 2);
    } catch (BrokerException refused) {
      return Optional.of(refused.getMessage());
    }
  }

  private static long waiting(Broker owner) {
    return owner.inspect("index", 0).join().ready();
  }

  /** Looks at what is dead or parked, redrives something and discards something. */
  static Optional<String> ofOperator(String address, Broker owner) {
    for (String queue : QUEUES) {
      for (String id : List.of("back", "away")) {
        Message letter = Message.of(id, new byte[0]).type(RENDER.name()).build();
        owner.publish(Publication.of(letter, Route.queue(queue + ".dead"))).join();
      }
    }
    try (Broker broker = Broker.open(address)) {
      broker.ready(PATIENCE);
      broker.inspect("errand.unroutable", 1).join();
      return QUEUES.stream()
          .map(queue -> DeadLetters.of(broker, queue))
          .flatMap(letters -> {
            letters.list(2);
            return Stream.of(
                letters.redrive(letter -> letter.id().equals("back")),
                letters.discard(letter -> true));
          })
          .filter(report -> !report.complete())
          .map(PassReport::toString)
          .findFirst();
    } catch (BrokerException refused) {
      return Optional.of(refused.getMessage());
    } catch (CompletionException refused) {
      return Optional.of(refused.getCause().getMessage());
    }
  }

  /** Something that a sender does. */
  private interface Sending {
    void by(TaskClient client);
  }

  private static Optional<String> sends(String address, Sending sending) {
    try (Broker broker = Broker.open(address)) {
      broker.ready(PATIENCE);
      sending.by(TaskClient.on(broker));
      return Optional.empty();
    } catch (BrokerException refused) {
      return Optional.of(refused.getMessage());
    }
  }

  /**
   * Takes a job from each queue, retries it after a delay, and dead-letters it; and sends on what
   * was delayed through the exchange.
   *
   * @param owner one who may enqueue and look everywhere
   */
  static Optional<String> ofWorker(String address, Broker owner) throws InterruptedException {
    Set<String> failing = ConcurrentHashMap.newKeySet();
    TaskHandler<Upload> handler = (upload, job) -> {
      if (failing.contains(upload.file())) {
        throw new IllegalStateException("as wanted");
      }
    };
    BlockingQueue<WorkerEvent> events = new LinkedBlockingQueue<>();
    RefusalsInLog log = new RefusalsInLog();
    Broker broker = Broker.open(address);
    Worker worker = Worker.on(broker)
        .handle(RENDER, handler)
        .handle(UPLOADED.from("index").boundBy("upload.#"), handler)
        .listener(events::add)
        .start();
    // The broker first: what is refused is tried for ever, and a worker waits for its answers.
    try (log;
        worker;
        broker) {
      Optional<String> refused = refusalBefore(consuming(2), events);
      if (refused.isPresent()) {
        return refused;
      }
      long dead = dead(owner);
      Upload upload = new Upload(UUID.randomUUID().toString());
      failing.add(upload.file());
      TaskClient client = TaskClient.on(owner);
      client.enqueue(RENDER, upload);
      client.enqueue(UPLOADED, upload);
      Optional<String> atWork =
          refusalBefore(event -> event == null && dead(owner) >= dead + 2, events);
      return atWork.isPresent() ? atWork : ofRelay(owner, upload, log);
    }
  }

  /** Something comes due through the exchange when its sender is gone. */
  private static Optional<String> ofRelay(Broker owner, Upload failing, RefusalsInLog log) {
    long dead = dead(owner);
    try (Broker sender = Broker.open(ShopNode.address("shop"))) {
      TaskClient.on(sender).enqueue(UPLOADED, failing, EnqueueOptions.in(Duration.ofSeconds(1)));
    }
    return log.refusalBefore(() -> dead(owner) > dead);
  }

  private static Predicate<@Nullable WorkerEvent> consuming(int queues) {
    Set<WorkerEvent> seen = new HashSet<>();
    return event -> {
      if (event instanceof WorkerEvent.Consuming) {
        seen.add(event);
      }
      return seen.size() == queues;
    };
  }

  private static long dead(Broker owner) {
    return owner.inspect("documents.dead", 0).join().ready()
        + owner.inspect("index.dead", 0).join().ready();
  }

  /** Takes events, and none where there is none for a while, until done with one. */
  private static Optional<String> refusalBefore(
      Predicate<@Nullable WorkerEvent> done, BlockingQueue<WorkerEvent> events)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      WorkerEvent event = events.poll(50, TimeUnit.MILLISECONDS);
      Optional<String> refused = event == null ? Optional.empty() : refusal(event);
      if (refused.isPresent() || done.test(event)) {
        return refused;
      }
    }
    throw new AssertionError("neither a refusal nor the work within " + PATIENCE);
  }

  private static Optional<String> refusal(WorkerEvent event) {
    if (event instanceof WorkerEvent.DeclarationFailed failed) {
      return Optional.of(failed.error().getMessage());
    }
    if (event instanceof WorkerEvent.SettleFailed failed) {
      return Optional.of(failed.error().getMessage());
    }
    return event instanceof WorkerEvent.Recovering recovering
            && !recovering.reason().isEmpty()
        ? Optional.of(recovering.reason())
        : Optional.empty();
  }
}
