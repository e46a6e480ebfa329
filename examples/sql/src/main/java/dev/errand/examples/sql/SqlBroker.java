package dev.errand.examples.sql;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.REJECTED;
import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Declaring;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.time.DurationText;
import dev.errand.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A broker over the tables of a database: checks, and hands on to the engine. */
final class SqlBroker implements Broker {
  /** Of whatever version; the limits are ours. */
  static final Capabilities CAPABILITIES = capabilities("");

  private final SqlAddress address;
  private final Engine engine;

  SqlBroker(SqlAddress address, Time time) {
    this.address = address;
    this.engine = new Engine(address, time);
    engine.start();
  }

  // @start region="capabilities"
  static Capabilities capabilities(String version) {
    return new Capabilities(
        "PostgreSQL " + version,
        16 * 1024 * 1024,
        Duration.ofDays(3_650),
        Duration.ofMillis(1),
        // A commit waits for the database's standbys where it has some.
        Queue.Durability.REPLICATED,
        Map.of(Queue.Durability.REPLICATED, 0, Queue.Durability.DURABLE, 0));
  }
  // @end

  static PublishException rejected(Publication publication, SQLException why) {
    return new PublishException(
        REJECTED,
        publication,
        "The database refused it: " + why.getMessage(),
        "See to what it says, and publish it again then",
        why);
  }

  @Override
  public void ready(Duration atMost) {
    if (engine.isClosing()) {
      throw Inbox.closedException();
    }
    if (!engine.await(engine.presence().up(), atMost)) {
      throw unavailable("There was no connection within " + DurationText.of(atMost));
    }
  }

  private UnavailableException unavailable(String what) {
    return new UnavailableException(
        engine.presence().reason() + ". " + what + ". Start the database, or correct the address.",
        null);
  }

  @Override
  public Capabilities capabilities() {
    Capabilities known = engine.presence().capabilities();
    if (engine.isClosing()) {
      throw Inbox.closedException();
    }
    if (known == null) {
      throw unavailable("What the server can do is not known before the first connection");
    }
    return known;
  }

  @Override
  public Time time() {
    return engine.time();
  }

  @Override
  public CompletableFuture<Void> declare(Topology... parts) {
    // By their names too, so that brokers that declare the same wait for each other in one order.
    Declare work = new Declare(Stream.of(parts)
        .sorted(Topology.DECLARING.thenComparing(SqlBroker::order))
        .toList());
    engine.inbox().add(work);
    return work.answer();
  }

  /** Queues with an overflow stay as given: one may be the overflow of the next. */
  private static String order(Topology part) {
    return part instanceof Queue queue && queue.overflow() != null ? "" : part.toString();
  }

  private final class Declare extends Work<Void> {
    private final List<Topology> parts;

    private Declare(List<Topology> parts) {
      this.parts = parts;
    }

    @Override
    @Nullable
    Void on(Database database) throws SQLException {
      for (Topology part : parts) {
        if (address.declaring() == Declaring.MAKE) {
          database.schema().declare(part);
        } else {
          database.schema().check(part);
        }
      }
      return null;
    }

    @Override
    void succeeded() {
      engine.remember(parts);
    }

    @Override
    BrokerException refused(SQLException why) {
      return new TopologyException(
          TopologyException.Reason.FORBIDDEN,
          parts.toString(),
          "The database refused to declare " + parts + ": " + why.getMessage(),
          "See to what it says, and declare it again then",
          why);
    }
  }

  // @start region="publish"
  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    Publish work = new Publish(publication);
    try {
      CAPABILITIES.check(publication);
      awaitRoom(publication);
    } catch (PublishException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    engine.inbox().addTimed(work);
    return work.answer();
  }

  private void awaitRoom(Publication publication) {
    long deadline = time().nanoTime() + address.publishTimeout().toNanos();
    if (!engine.await(engine.presence().up(), address.publishTimeout())) {
      throw notSent(publication, engine.presence().reason());
    }
    if (!engine.await(engine.inbox().room(), Duration.ofNanos(deadline - time().nanoTime()))) {
      throw notSent(publication, "The database is slower than what is published");
    }
  }
  // @end

  private static PublishException notSent(Publication publication, String why) {
    String remedy = "Start the database, or correct the address";
    return new PublishException(UNAVAILABLE, publication, why, remedy, null);
  }

  private final class Publish extends Work<Void> {
    private final Publication publication;

    private Publish(Publication publication) {
      this.publication = publication;
    }

    @Override
    @Nullable
    Void on(Database database) throws SQLException {
      if (!database.publishing().route(publication, time().millis())) {
        throw PublishException.unroutable(publication);
      }
      return null;
    }

    @Override
    BrokerException refused(SQLException why) {
      return rejected(publication, why);
    }

    @Override
    BrokerException lost() {
      return new PublishException(
          OUTCOME_UNKNOWN,
          publication,
          "The connection was lost before the database answered",
          "Publish it again where its handler may run twice",
          null);
    }

    @Override
    BrokerException late() {
      return PublishException.unanswered(publication, address.publishTimeout());
    }
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    Capabilities.checkPrefetch(queue, prefetch);
    if (engine.isClosing()) {
      throw Inbox.closedException();
    }
    SqlSubscription subscription = new SqlSubscription(engine, queue, prefetch, receiver);
    engine.call(() -> engine.add(subscription));
    return subscription;
  }

  @Override
  public CompletableFuture<QueueReport> inspect(String queue, int head) {
    if (head < 0) {
      throw new IllegalArgumentException("A look at " + head + " messages of queue '" + queue
          + "' is refused. Give 0 to count only, or more.");
    }
    Inspect work = new Inspect(queue, head);
    engine.inbox().addTimed(work);
    return work.answer();
  }

  private final class Inspect extends Work<QueueReport> {
    private final String queue;
    private final int head;

    private Inspect(String queue, int head) {
      this.queue = queue;
      this.head = head;
    }

    @Override
    QueueReport on(Database database) throws SQLException {
      return database.queues().inspect(queue, head);
    }

    @Override
    BrokerException refused(SQLException why) {
      return unavailable("Queue '" + queue + "' was not inspected: " + why.getMessage());
    }

    @Override
    BrokerException late() {
      return unavailable("Queue '" + queue + "' was not inspected within "
          + DurationText.of(address.publishTimeout()));
    }
  }

  @Override
  public void close() {
    engine.close();
  }

  @Override
  public String toString() {
    return "SqlBroker[" + address + "]";
  }
}
