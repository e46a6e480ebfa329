package dev.errand.worker.tck.operators;

import static dev.errand.worker.tck.operators.Shop.RENDER;
import static dev.errand.worker.tck.operators.Shop.UPLOADED;

import dev.errand.EnqueueOptions;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import dev.errand.worker.tck.operators.Shop.Upload;
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
import org.jspecify.annotations.Nullable;

/** Has somebody do what the page says he may; tells the server's refusal, if there is one. */
final class Trial {
  /** Longer than a refusal, or the work with its one retry, takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Trial() {}

  /** Enqueues into a queue and through an exchange. */
  static Optional<String> ofSender(String address) {
    return sends(address, client -> {
      client.enqueue(RENDER, new Upload("now"));
      client.enqueue(UPLOADED, new Upload("now"));
    });
  }

  /** And for the latest time that there is, which needs every delay part. */
  static Optional<String> ofDelayingSender(String address) {
    return sends(address, client -> {
      client.enqueue(RENDER, new Upload("now"));
      client.enqueue(UPLOADED, new Upload("now"));
      client.enqueue(RENDER, new Upload("later"), EnqueueOptions.in(Duration.ofDays(1157)));
    });
  }

  /** Looks at what is dead or parked, and sends something back. */
  static Optional<String> ofOperator(String address) {
    try (Broker broker = Broker.open(address)) {
      broker.ready(PATIENCE);
      for (String queue : List.of("documents.dead", "index.dead", "errand.unroutable")) {
        broker.inspect(queue, 1).join();
      }
      Message back = Message.of("back", new byte[0]).type(RENDER.name()).build();
      broker.publish(Publication.of(back, Route.queue("documents"))).join();
      return Optional.empty();
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
   * Takes a job from each queue, retries it after a delay, and dead-letters it.
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
    Broker broker = Broker.open(address);
    Worker worker = Worker.on(broker)
        .handle(RENDER, handler)
        .handle(UPLOADED.from("index").boundBy("upload.#"), handler)
        .listener(events::add)
        .start();
    // The broker first: what is refused is tried for ever, and a worker waits for its answers.
    try (worker;
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
      return refusalBefore(event -> event == null && dead(owner) >= dead + 2, events);
    }
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
