package dev.errand.worker.tck;

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
import dev.errand.broker.tck.kit.Offer;
import dev.errand.broker.tck.kit.Opening;
import dev.errand.broker.tck.kit.Patience;
import dev.errand.broker.tck.kit.ServerFaults;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import dev.errand.worker.StopReport;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What one case works with: its brokers and workers, names of its own, waits with a deadline, and
 * the clean-up.
 */
final class Bench implements AutoCloseable {
  private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

  private final BackendFixture fixture;
  private final Column column;
  private final Function<WorkerBuilder, Worker> start;
  private final Patience patience;
  private final String prefix = "tck-" + UUID.randomUUID().toString().substring(0, 8) + "-";
  private final AtomicInteger names = new AtomicInteger();
  private final Set<String> threadsBefore = ownThreads();
  private final List<Broker> brokers = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Journal journal;
  private final Scheduler jobs;

  Bench(BackendFixture fixture, Function<WorkerBuilder, Worker> start, Column column) {
    this.fixture = fixture;
    this.start = start;
    this.column = column;
    column.on(fixture.backend());
    this.journal = new Journal(fixture.time());
    this.jobs = fixture.time().scheduler("tck-jobs");
    this.patience = new Patience(
        fixture.time(), () -> "journal: " + journal + ", open: " + fixture.leftovers());
  }

  Time time() {
    return fixture.time();
  }

  Duration lateness() {
    return fixture.lateness();
  }

  ServerFaults server() {
    return fixture.server();
  }

  /** How long a silent server may go unnoticed by a {@link #watchful} broker. */
  Duration silence() {
    return fixture.silence();
  }

  /** Whether the backend offers this; a case that asks and hears no shows the refusal. */
  boolean offers(Offer what) {
    return declares(what.name(), fixture.offers().contains(what));
  }

  /** Whether the backend's capabilities say that it offers this; as {@link #offers}. */
  boolean declares(String what, boolean offered) {
    if (!offered) {
      column.refused(what);
    }
    return offered;
  }

  /** What the handlers of this case did. */
  Journal journal() {
    return journal;
  }

  /** Opens a broker, and returns it connected. */
  Broker broker() {
    return broker(Opening.plain(PUBLISH_TIMEOUT));
  }

  /** A broker that notices a silent server as soon as it can, connected. */
  Broker watchful() {
    return broker(Opening.watchful(PUBLISH_TIMEOUT));
  }

  /** Opens a broker in this way, and returns it connected. */
  Broker broker(Opening how) {
    Broker broker = fixture.open(how);
    brokers.add(broker);
    broker.ready(Patience.LONGEST);
    return broker;
  }

  TaskClient client() {
    return TaskClient.on(broker());
  }

  String name(String kind) {
    return prefix + kind + names.incrementAndGet();
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
    return aside(worker::stop);
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
    return failure(smuggling(queue, message), PublishException.class);
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
    String last = name("last");
    publish(queue, Message.of(last, new byte[0]).build());
    Broker broker = broker();
    Taker taker = taker(broker, queue);
    await("the last message of " + queue, () -> taker.has(last));
    cutOff(broker);
    return taker.messages().stream()
        .filter(message -> !message.id().equals(last))
        .toList();
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

  void await(String what, BooleanSupplier condition) {
    patience.await(what, condition);
  }

  void watch(String what, Duration howLong, BooleanSupplier condition) {
    patience.watch(what, howLong, condition);
  }

  /**
   * Whether it happens in this time; for what a broken worker never does, so that the case can say
   * what is wrong.
   */
  boolean happens(Duration within, BooleanSupplier condition) {
    return patience.happens(within, condition);
  }

  /**
   * Whether it happens while time does not go on, where it stands still; else, whether it is so.
   */
  boolean happensAtOnce(BooleanSupplier condition) {
    return patience.happensAtOnce(condition);
  }

  /** The failure of a future, which has to be of this type. */
  <E extends Throwable> E failure(CompletableFuture<?> future, Class<E> type) {
    return patience.failure(future, type);
  }

  <T> T get(CompletableFuture<T> future, String what) {
    return patience.get(future, what);
  }

  /** Lets this time pass on a handler's thread, as a job does that takes so long. */
  void pass(Duration howLong) throws InterruptedException {
    CountDownLatch passed = new CountDownLatch(1);
    jobs.after(howLong, passed::countDown);
    passed.await();
  }

  /** Calls what waits in a thread of its own while time goes on. */
  <T> CompletableFuture<T> aside(Supplier<T> call) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread thread = new Thread(
        () -> {
          try {
            done.complete(call.get());
          } catch (Throwable error) {
            done.completeExceptionally(error);
          }
        },
        "tck-aside");
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  /** Closes a broker in the middle of a case: what its worker holds is lost. */
  void cutOff(Broker broker) {
    get(aside(() -> closed(broker)), "closed");
  }

  private static boolean closed(Broker broker) {
    broker.close();
    return true;
  }

  @Override
  public void close() {
    try (fixture;
        jobs) {
      journal.release();
      fixture.server().flow();
      fixture.server().start();
      List<CompletableFuture<StopReport>> stops =
          workers.stream().map(this::stop).toList();
      stops.forEach(stop -> get(stop, "stopped"));
      brokers.forEach(this::cutOff);
      await("threads end; before: " + threadsBefore, () -> threadsBefore.containsAll(ownThreads()));
      await("nothing is left open", () -> fixture.leftovers().isEmpty());
    }
  }

  private static Set<String> ownThreads() {
    Set<String> found = new TreeSet<>();
    Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("errand-"))
        .forEach(found::add);
    return found;
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
