package dev.errand.examples.routing;

import dev.errand.EnqueueOptions;
import dev.errand.TaskClient;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.PublishException;
import dev.errand.broker.Topology;
import dev.errand.time.Time;
import dev.errand.worker.Worker;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A run from the first event to the last line. */
final class RoutingDemo {
  /** The header by which copies of an earlier run, which was cut off, are told from ours. */
  static final String RUN = "run";

  /** What the index is too busy for, the first time. */
  private static final Set<String> BUSY = Set.of("letter.txt", "speech.mp3");

  /** So long without all copies done means that something is broken. */
  private static final Duration STALLED = Duration.ofSeconds(30);

  private final Broker broker;
  private final Time time;
  private final Ledger ledger;
  private final String run = UUID.randomUUID().toString();

  RoutingDemo(Broker broker) {
    this.broker = broker;
    time = broker.time();
    ledger = new Ledger(time);
  }

  /**
   * Runs it, and prints who got what.
   *
   * @return what was not as expected; empty when all was
   */
  List<String> run(PrintWriter out) throws InterruptedException {
    long began = time.nanoTime();
    List<Event> events = Event.all();
    bind();
    List<Worker> workers =
        Desk.ALL.stream().map(desk -> desk.work(broker, handler(desk))).toList();
    try {
      Map<Event, PublishException> refused = send(events);
      Set<Ledger.Copy> missing = ledger.await(expected(events), STALLED);
      workers.forEach(Worker::stop);
      Duration took = Duration.ofNanos(time.nanoTime() - began);
      new Report(events, ledger.runs(), refused).print(took, out);
      return unexpected(events, refused, missing);
    } finally {
      workers.forEach(Worker::close);
    }
  }

  /** Workers bind their queues when they start; the first event is not to come before that. */
  private void bind() {
    Topology[] parts = Desk.ALL.stream()
        .flatMap(desk -> desk.sources().stream())
        .flatMap(source -> source.topology().stream())
        .distinct()
        .toArray(Topology[]::new);
    broker.declare(parts).orTimeout(STALLED.toSeconds(), TimeUnit.SECONDS).join();
  }

  private TaskHandler<Upload> handler(Desk desk) {
    return (upload, job) -> {
      if (!run.equals(job.headers().get(RUN))) {
        return;
      }
      Ledger.Copy copy = new Ledger.Copy(job.id(), desk.name());
      ledger.began(copy);
      if (desk.equals(Desk.INDEX)) {
        index(upload, job);
      }
      ledger.ended(copy);
    };
  }

  private static void index(Upload upload, TaskContext job) throws IOException {
    if (job.attempt() == 1 && BUSY.contains(upload.file())) {
      throw new IOException("the index is busy");
    }
  }

  /** Returns what the sender was told of those that nobody gets. */
  private Map<Event, PublishException> send(List<Event> events) {
    TaskClient tasks = TaskClient.on(broker);
    Map<Event, PublishException> refused = new TreeMap<>(Event.BY_NUMBER);
    for (Event event : events) {
      EnqueueOptions options = EnqueueOptions.withId(event.id()).header(RUN, run);
      // @start region="unroutable"
      try {
        tasks.enqueue(event.task(), event.upload(), options);
      } catch (PublishException e) {
        if (e.reason() != PublishException.Reason.UNROUTABLE) {
          throw e;
        }
        refused.put(event, e);
      }
      // @end
    }
    return refused;
  }

  private static Set<Ledger.Copy> expected(List<Event> events) {
    Set<Ledger.Copy> copies = new HashSet<>();
    for (Event event : events) {
      for (Desk desk : Desk.ALL) {
        if (!event.letIn(desk).isEmpty()) {
          copies.add(new Ledger.Copy(event.id(), desk.name()));
        }
      }
    }
    return copies;
  }

  private List<String> unexpected(
      List<Event> events, Map<Event, PublishException> refused, Set<Ledger.Copy> missing) {
    List<String> unexpected = new ArrayList<>();
    if (!missing.isEmpty()) {
      unexpected.add(missing.size() + " copies were not done within " + STALLED.toSeconds()
          + " seconds: another worker took them from these queues, such as that of a second demo on"
          + " this broker, or the broker hangs.");
    }
    Set<Ledger.Copy> astray = new HashSet<>(ledger.runs().keySet());
    astray.removeAll(expected(events));
    if (!astray.isEmpty()) {
      unexpected.add(astray.size() + " copies came that no binding of ours let in: the queues have"
          + " other bindings on this broker. Delete the queues that begin with 'routing.'.");
    }
    List<Integer> lost = refused.keySet().stream()
        .filter(event -> Desk.ALL.stream().anyMatch(desk -> !event.letIn(desk).isEmpty()))
        .map(Event::number)
        .toList();
    if (!lost.isEmpty()) {
      unexpected.add("Events " + lost + " were refused, though a binding matches.");
    }
    return unexpected;
  }
}
