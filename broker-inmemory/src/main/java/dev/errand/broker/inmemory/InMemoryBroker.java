package dev.errand.broker.inmemory;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Declaring;
import dev.errand.broker.Publication;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.time.DurationText;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** One handle: what a client is elsewhere. Its state is guarded by the server's lock. */
final class InMemoryBroker implements Broker {

  private final Server server;
  private final Duration publishTimeout;
  private final Rights rights = new Rights();
  private final Connection connection;
  private final Declarations declarations;
  private final Publisher publisher;
  private final List<MemorySubscription> subscriptions = new ArrayList<>();

  InMemoryBroker(Server server, Duration publishTimeout, Declaring declaring, Bound bound) {
    this.server = server;
    this.publishTimeout = publishTimeout;
    connection = new Connection(server, this::restore, this::lose);
    declarations = new Declarations(server, rights, declaring);
    publisher = new Publisher(server, connection, publishTimeout, publication -> {
      rights.checkPublishing(publication);
      server.check(publication, bound);
      route(publication);
    });
    server.run(() -> {
      server.join(this);
      connection.connect();
    });
  }

  Server server() {
    return server;
  }

  Connection connection() {
    return connection;
  }

  Rights rights() {
    return rights;
  }

  Duration publishTimeout() {
    return publishTimeout;
  }

  // While the server's lock is held.

  private void restore() {
    declarations.restore();
    attachAll();
  }

  private void lose(String why) {
    subscriptions.forEach(subscription -> subscription.lose(why));
    publisher.lose();
  }

  /** Puts a message where it goes, now or later. */
  void route(Publication publication) {
    server.route(publication);
    declarations.prepare(publication);
  }

  /** Has consumers be made of queues that are there by now. */
  void attachAll() {
    if (connection.isReachable()) {
      subscriptions.forEach(MemorySubscription::attach);
    }
  }

  /**
   * Cancels the consumers of this queue. They are made again when it is back; where it was declared
   * here, that is soon.
   */
  void queueDeleted(String queue) {
    List<MemorySubscription> lost = subscriptions.stream()
        .filter(subscription -> subscription.queue().equals(queue))
        .toList();
    lost.forEach(subscription -> subscription.lose("Queue '" + queue + "' was deleted."));
    if (!lost.isEmpty()) {
      connection.soon(() -> makeAgain(queue));
    }
  }

  private void makeAgain(String queue) {
    if (connection.isReachable()) {
      declarations.makeAgain(queue);
    }
  }

  /** Cancels all consumers; they are made again soon. */
  void cancelAll(String why) {
    subscriptions.forEach(subscription -> subscription.lose(why));
    connection.soon(this::attachAll);
  }

  void remove(MemorySubscription subscription) {
    subscriptions.remove(subscription);
  }

  // From callers.

  @Override
  public void ready(Duration atMost) {
    connection.ready(atMost);
  }

  @Override
  public Capabilities capabilities() {
    connection.checkOpen();
    if (!connection.wasEverThere()) {
      throw new UnavailableException(
          "What the server can do is not known before the first connection. " + connection.reason()
              + " Wait for the connection first, by 'ready'.",
          null);
    }
    return Server.CAPABILITIES;
  }

  @Override
  public Time time() {
    return server.time();
  }

  @Override
  public CompletableFuture<Void> declare(Topology... parts) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    List<Topology> ordered = Declarations.ordered(parts);
    whenReachable(done, () -> declarations.declare(ordered, done));
    return done;
  }

  /** Asks the server now or later; after the close, the answer is that. */
  private void whenReachable(CompletableFuture<?> answer, Runnable question) {
    server.run(() -> connection.whenReachable(() -> {
      if (connection.isClosed()) {
        server.afterwards(() -> answer.completeExceptionally(Connection.closedException()));
      } else {
        question.run();
      }
    }));
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    return publisher.publish(publication);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    Capabilities.checkPrefetch(queue, prefetch);
    MemorySubscription subscription = new MemorySubscription(this, queue, prefetch, receiver);
    server.run(() -> {
      if (connection.isClosed()) {
        throw Connection.closedException();
      }
      subscriptions.add(subscription);
      attachAll();
    });
    return subscription;
  }

  @Override
  public CompletableFuture<QueueReport> inspect(String queue, int head) {
    if (head < 0) {
      throw new IllegalArgumentException("A look at " + head + " messages of queue '" + queue
          + "' is refused. Give 0 to count only, or more.");
    }
    CompletableFuture<QueueReport> report = new CompletableFuture<>();
    whenReachable(report, () -> inspect(queue, head, report));
    if (!report.isDone()) {
      server.later(
          publishTimeout,
          () -> report.completeExceptionally(new UnavailableException(
              "Queue '" + queue + "' was not inspected within " + DurationText.of(publishTimeout)
                  + ". " + connection.reason() + " Start the server.",
              null)));
    }
    return report;
  }

  private void inspect(String queue, int head, CompletableFuture<QueueReport> report) {
    MemoryQueue found = server.topology().queue(queue);
    if (found == null) {
      TopologyException missing = TopologyException.notFound(queue, null);
      server.afterwards(() -> report.completeExceptionally(missing));
      return;
    }
    QueueReport counted = new QueueReport(
        queue,
        found.ready(),
        OptionalLong.of(found.unsettled()),
        OptionalLong.of(found.consumers()),
        found.head(head));
    server.afterwards(() -> report.complete(counted));
  }

  @Override
  public void close() {
    if (!server.change(connection::closing)) {
      return;
    }
    server.change(() -> List.copyOf(subscriptions)).forEach(MemorySubscription::close);
    server.run(connection::close);
    server.leave(this);
  }

  @Override
  public String toString() {
    return "InMemoryBroker";
  }
}
