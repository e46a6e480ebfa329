package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Home;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.broker.tck.kit.Column;
import dev.errand.broker.tck.kit.Workbench;
import dev.errand.time.Scheduler;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A bench with workers and what their handlers did, and with what a foreign sender does. */
final class Bench extends Workbench {
  private final Function<WorkerBuilder, Worker> start;
  private final List<Worker> workers = new ArrayList<>();
  private final Journal journal;
  private final Scheduler jobs;

  Bench(BackendFixture fixture, Function<WorkerBuilder, Worker> start, Column column) {
    this(fixture, start, column, new Journal(fixture.time()));
  }

  private Bench(
      BackendFixture fixture,
      Function<WorkerBuilder, Worker> start,
      Column column,
      Journal journal) {
    super(fixture, column, () -> "journal: " + journal + ", open: " + fixture.leftovers());
    this.start = start;
    this.journal = journal;
    this.jobs = time().scheduler("tck-jobs");
  }

  /** What the handlers of this case did. */
  Journal journal() {
    return journal;
  }

  TaskClient client() {
    return TaskClient.on(broker());
  }

  /** A worker on this broker, to be described further. */
  WorkerBuilder worker(Broker broker) {
    return Worker.on(broker).name(name("worker"));
  }

  Worker start(WorkerBuilder described) {
    Worker worker = start.apply(described);
    workers.add(worker);
    return worker;
  }

  /** Begins to stop it, while time goes on. */
  CompletableFuture<StopReport> stop(Worker worker) {
    return calling(worker::stop);
  }

  /** Publishes as a foreign sender does, into a queue that stands. */
  void publish(String queue, Message message) {
    get(broker().publish(Publication.of(message, Route.queue(queue))), "published");
  }

  /**
   * Has a message lie in a queue that no publish would take: only a foreign sender knows larger
   * ones. What a copy may be has wider limits.
   */
  void smuggle(String queue, Message message) {
    get(smuggling(queue, message), "smuggled in");
  }

  /** That it cannot be done, as {@link #smuggle} does it: the server takes no such message. */
  PublishException refusedToSmuggle(String queue, Message message) {
    CompletableFuture<Void> copied = smuggling(queue, message);
    boolean taken = get(copied.handle((none, refused) -> refused == null), "answered");
    assertThat(taken)
        .as("LARGER_BODIES is not offered, but a copy of %s bytes was taken", message.body().length)
        .isFalse();
    return failure(copied, PublishException.class);
  }

  private CompletableFuture<Void> smuggling(String queue, Message message) {
    Broker broker = broker();
    String way = name("way");
    declare(broker, List.of(Queue.named(way)));
    publish(way, Message.of("", new byte[0]).build());
    BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
    Subscription unused = broker.subscribe(way, 1, arrived::add);
    await("there is what it is smuggled as", () -> !arrived.isEmpty());
    return arrived.remove().replace(Publication.of(message, Route.queue(queue)));
  }

  /** The name of a task's home queue. */
  String queueOf(Task<?> task) {
    if (task.home() instanceof Home.ToQueue<?> home) {
      return home.queue().name();
    }
    throw new IllegalArgumentException("The " + task + " has no home queue.");
  }

  /** Has a task's queue, or whatever else, stand before a foreign sender publishes. */
  void declare(Broker broker, Collection<Topology> parts) {
    get(broker.declare(parts.toArray(Topology[]::new)), "declared");
  }

  /** How many wait in the queue, in nobody's hands. */
  long ready(Broker broker, String queue) {
    return get(broker.inspect(queue, 0), "inspected").ready();
  }

  /** Whether there is such a queue. */
  boolean stands(String queue) {
    Broker looking = broker();
    CompletableFuture<Boolean> looked =
        looking.inspect(queue, 0).handle((report, missing) -> missing == null);
    boolean there = get(looked, "inspected");
    cutOff(looking);
    return there;
  }

  /** Takes, on a broker of its own, what comes from the queue and how often each came back. */
  Taker taker(String queue) {
    return taker(broker(), queue);
  }

  private Taker taker(Broker broker, String queue) {
    Taker taker = new Taker(broker);
    Subscription subscription = broker.subscribe(queue, 100, taker);
    await(
        "the queue " + queue + " is consumed",
        () -> subscription.state() == Subscription.State.CONSUMING);
    return taker;
  }

  /** The one message that lies in the queue, or comes. */
  Message only(String queue) {
    Broker broker = broker();
    Taker taker = taker(broker, queue);
    await("a message in " + queue, () -> !taker.messages().isEmpty());
    cutOff(broker);
    return taker.messages().get(0);
  }

  /** All that lies in the queue, by a last message behind it; takes and settles it. */
  List<Message> drain(String queue) {
    return drained(queue).messages();
  }

  /**
   * What a drain of a queue found.
   *
   * @param redeliveries those of all messages together
   */
  record Drained(List<Message> messages, int redeliveries) {}

  /** As {@link #drain}, and how often what it found had been in other hands. */
  Drained drained(String queue) {
    String last = name("last");
    publish(queue, Message.of(last, new byte[0]).build());
    Broker broker = broker();
    Taker taker = taker(broker, queue);
    await("the last message of " + queue, () -> taker.has(last));
    cutOff(broker);
    List<Message> found =
        taker.messages().stream().filter(message -> !message.id().equals(last)).toList();
    return new Drained(found, taker.redeliveries());
  }

  /**
   * As {@link #drain}, for what comes back to the queue when a consumer is gone, which a server
   * notices a moment later: looks up to ten times.
   */
  List<Message> drainReturned(String queue) {
    List<Message> found = drain(queue);
    for (int looks = 1; looks < 10 && found.isEmpty(); looks++) {
      found = drain(queue);
    }
    return found;
  }

  /** Lets this time pass on a handler's thread, as a job does that takes so long. */
  void pass(Duration howLong) throws InterruptedException {
    CountDownLatch passed = new CountDownLatch(1);
    jobs.after(howLong, passed::countDown);
    passed.await();
  }

  @Override
  protected void end() {
    journal.release();
    List<CompletableFuture<StopReport>> stops = workers.stream().map(this::stop).toList();
    all(stops.stream().map(stop -> () -> get(stop, "stopped")));
  }

  @Override
  public void close() {
    try (jobs) {
      super.close();
    }
  }

  /** Takes and settles whatever comes. */
  static final class Taker implements Receiver {
    private final Broker broker;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger returns = new AtomicInteger();

    Taker(Broker broker) {
      this.broker = broker;
    }

    /** What it takes by. */
    Broker broker() {
      return broker;
    }

    @Override
    public void receive(Delivery delivery) {
      messages.add(delivery.message());
      returns.addAndGet(delivery.redeliveries());
      CompletableFuture<Void> unused = delivery.ack();
    }

    List<Message> messages() {
      return List.copyOf(messages);
    }

    /** Those of all messages together. */
    int redeliveries() {
      return returns.get();
    }

    boolean has(String id) {
      return messages.stream().anyMatch(message -> message.id().equals(id));
    }
  }
}
