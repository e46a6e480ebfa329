package dev.errand.broker.inmemory;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.REJECTED;
import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Declaring;
import dev.errand.broker.Exchange;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.time.DurationText;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One handle: what a connection is elsewhere. Its state is guarded by the server's lock. */
final class InMemoryBroker implements Broker {
  private static final Duration BETWEEN_CONNECTIONS = Duration.ofMillis(10);
  private static final int MOST_PREFETCH = 1_000;
  private static final System.Logger LOG = System.getLogger(InMemoryBroker.class.getName());

  private final Server server;
  private final Duration publishTimeout;
  private final Declaring declaring;
  private final List<MemorySubscription> subscriptions = new ArrayList<>();
  private final Set<Topology> remembered = new LinkedHashSet<>();
  private final List<Runnable> whenConnected = new ArrayList<>();
  private final Set<Unconfirmed> unconfirmed = new LinkedHashSet<>();
  private CompletableFuture<Void> up = new CompletableFuture<>();
  private int acksUntilLoss;
  private boolean connected;
  private boolean everConnected;
  private boolean killed;
  private volatile boolean refused;
  private String forbidden = "";
  private boolean closed;
  private String reason = "The server has not answered yet.";

  InMemoryBroker(Server server, Duration publishTimeout, Declaring declaring) {
    this.server = server;
    this.publishTimeout = publishTimeout;
    this.declaring = declaring;
    server.run(() -> {
      server.join(this);
      connect();
    });
  }

  /** A publish whose confirmation is on its way. */
  private record Unconfirmed(Publication publication, CompletableFuture<Void> future) {}

  Server server() {
    return server;
  }

  Duration publishTimeout() {
    return publishTimeout;
  }

  // While the server's lock is held.

  void connect() {
    if (connected
        || closed
        || killed
        || refused
        || server.isDown()
        || server.network().isSwallowing()) {
      return;
    }
    connected = true;
    everConnected = true;
    goOn();
    CompletableFuture<Void> ready = up;
    server.afterwards(() -> ready.complete(null));
  }

  /** Does what waited for the server. */
  private void goOn() {
    remembered.forEach(this::restore);
    List<Runnable> waiting = List.copyOf(whenConnected);
    whenConnected.clear();
    waiting.forEach(Runnable::run);
    attachAll();
  }

  /** The network passes all again. */
  void flow() {
    if (connected) {
      goOn();
    } else {
      connect();
    }
  }

  /** Whether what is asked of the server is answered. */
  private boolean isReachable() {
    return connected && !server.network().isSwallowing();
  }

  /** What stands there differently by now is left as it is. */
  private void restore(Topology part) {
    try {
      declare(part);
    } catch (TopologyException different) {
      // Not under the lock: what handles a log line is not ours.
      String line = "After a reconnection: " + different.getMessage();
      server.afterwards(() -> LOG.log(System.Logger.Level.WARNING, line));
    }
  }

  private void declare(Topology part) {
    checkRights(part);
    switch (declaring) {
      case MAKE -> server.declare(part);
      case CHECK -> server.check(part);
    }
  }

  private void checkRights(Topology part) {
    String name = part instanceof Queue queue
        ? "queue '" + queue.name() + "'"
        : part instanceof Exchange exchange ? "exchange '" + exchange.name() + "'" : "";
    if (isForbidden(name.substring(name.indexOf('\'') + 1))) {
      throw new TopologyException(
          TopologyException.Reason.FORBIDDEN,
          name,
          "The server does not allow us to declare " + name,
          "Have the permission granted",
          null);
    }
  }

  private boolean isForbidden(String name) {
    return !forbidden.isEmpty() && name.startsWith(forbidden);
  }

  void disconnect(String why) {
    if (!connected) {
      return;
    }
    connected = false;
    reason = why;
    up = new CompletableFuture<>();
    subscriptions.forEach(subscription -> subscription.lose(why));
    for (Unconfirmed each : List.copyOf(unconfirmed)) {
      fail(
          each,
          new PublishException(
              OUTCOME_UNKNOWN,
              each.publication(),
              "The connection was lost before the broker answered",
              "Publish it again where its handler may run twice",
              null));
    }
  }

  /** Loses the connection; another follows. */
  void cut(String why) {
    disconnect(why);
    server.later(BETWEEN_CONNECTIONS, () -> server.run(this::connect));
  }

  /** Loses the connection for good, as a process that dies does. */
  void kill() {
    killed = true;
    disconnect("The broker was killed.");
  }

  void attachAll() {
    if (isReachable()) {
      subscriptions.forEach(MemorySubscription::attach);
    }
  }

  /** Cancels the consumers of this queue; they are made again when it is back. */
  void cancelAll(String queue, String why) {
    subscriptions.stream()
        .filter(subscription -> subscription.queue().equals(queue))
        .forEach(subscription -> subscription.lose(why));
  }

  void forbid(String prefix) {
    forbidden = prefix;
  }

  /** The server lets it in no more. */
  void refuse(String why) {
    refused = true;
    disconnect(why + ".");
    reason = why + ".";
    UnavailableException refusal = new UnavailableException(reason + " Correct the address.", null);
    CompletableFuture<Void> waiting = up;
    server.afterwards(() -> waiting.completeExceptionally(refusal));
  }

  void cancelAll(String why) {
    subscriptions.forEach(subscription -> subscription.lose(why));
    server.later(BETWEEN_CONNECTIONS, () -> server.run(this::attachAll));
  }

  /** The n-th acknowledgement from here on is lost. */
  void loseAck(int nth) {
    acksUntilLoss = nth;
  }

  /** Whether this acknowledgement is lost; its connection is cut then. */
  void acknowledging() {
    if (acksUntilLoss > 0 && --acksUntilLoss == 0) {
      cut("The connection was cut with an acknowledgement on its way.");
    }
  }

  void remove(MemorySubscription subscription) {
    subscriptions.remove(subscription);
  }

  private void fail(Unconfirmed each, PublishException unknown) {
    if (unconfirmed.remove(each)) {
      server.afterwards(() -> each.future().completeExceptionally(unknown));
    }
  }

  private Unconfirmed send(Publication publication, CompletableFuture<Void> future) {
    Unconfirmed pending = new Unconfirmed(publication, future);
    unconfirmed.add(pending);
    server.reach(() -> arrive(pending));
    return pending;
  }

  private void checkRights(Publication publication) {
    String name = publication.route() instanceof Route.ToExchange to
        ? to.exchange()
        : ((Route.ToQueue) publication.route()).queue();
    if (isForbidden(name)) {
      throw new PublishException(
          REJECTED,
          publication,
          "The server does not allow us to publish to " + publication.route(),
          "Have the permission granted",
          null);
    }
  }

  /** Routes it, and confirms when confirmations flow. */
  private void arrive(Unconfirmed pending) {
    if (!unconfirmed.contains(pending)) {
      // Its connection was lost on the way.
      return;
    }
    try {
      checkRights(pending.publication());
      server.route(pending.publication());
      server.confirm(() -> confirm(pending));
    } catch (PublishException refused) {
      fail(pending, refused);
    }
  }

  private void confirm(Unconfirmed pending) {
    if (server.change(() -> unconfirmed.remove(pending))) {
      pending.future().complete(null);
    }
  }

  // From callers.

  @Override
  public void ready(Duration atMost) {
    CompletableFuture<Void> waiting = server.change(() -> up);
    if (server.change(() -> closed)) {
      throw closedException();
    }
    boolean there = await(waiting, atMost);
    if (!there && waiting.isCompletedExceptionally()) {
      throw new UnavailableException(refusalOf(waiting), null);
    }
    if (!there) {
      throw new UnavailableException(
          server.change(() -> reason) + " There was no connection within " + DurationText.of(atMost)
              + ". Start the server.",
          null);
    }
  }

  private static String refusalOf(CompletableFuture<Void> failed) {
    return failed.handle((none, error) -> "" + error.getMessage()).join();
  }

  /** Whether it completed in time, on the broker's clock. */
  private boolean await(CompletableFuture<Void> future, Duration atMost) {
    if (future.isDone() || atMost.isZero() || atMost.isNegative()) {
      return future.isDone() && !future.isCompletedExceptionally();
    }
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    CompletableFuture<Void> unusedChain =
        future.whenComplete((none, error) -> result.complete(error == null));
    server.later(atMost, () -> result.complete(false));
    return result.join();
  }

  @Override
  public Capabilities capabilities() {
    if (server.change(() -> closed)) {
      throw closedException();
    }
    if (!server.change(() -> everConnected)) {
      throw new UnavailableException(
          "What the server can do is not known before the first connection. "
              + server.change(() -> reason) + " Wait for the connection first, by 'ready'.",
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
    List<Topology> ordered = Arrays.stream(parts)
        .sorted((one, other) -> Integer.compare(rank(one), rank(other)))
        .toList();
    server.run(() -> {
      if (closed) {
        server.afterwards(() -> done.completeExceptionally(closedException()));
      } else if (isReachable()) {
        declare(ordered, done);
      } else {
        whenConnected.add(() -> declare(ordered, done));
      }
    });
    return done;
  }

  private static int rank(Topology part) {
    if (part instanceof Queue queue) {
      return queue.overflow() == null ? 1 : 2;
    }
    return part instanceof Exchange ? 0 : 3;
  }

  private void declare(List<Topology> parts, CompletableFuture<Void> done) {
    try {
      if (closed) {
        throw closedException();
      }
      parts.forEach(part -> {
        declare(part);
        remembered.add(part);
      });
      server.afterwards(() -> done.complete(null));
    } catch (BrokerException refused) {
      server.afterwards(() -> done.completeExceptionally(refused));
    }
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    try {
      awaitConnection(publication);
      Server.CAPABILITIES.check(publication);
      server.run(() -> server.checkLevel(publication));
      Unconfirmed pending = server.change(() -> send(publication, future));
      if (!future.isDone()) {
        PublishException late = PublishException.unanswered(publication, publishTimeout);
        server.later(publishTimeout, () -> server.run(() -> fail(pending, late)));
      }
    } catch (PublishException refused) {
      future.completeExceptionally(refused);
    }
    return future;
  }

  private void awaitConnection(Publication publication) {
    long deadline = server.time().nanoTime() + publishTimeout.toNanos();
    CompletableFuture<Void> waiting = server.change(() -> closed || connected ? null : up);
    boolean lacking = waiting != null && !await(waiting, publishTimeout);
    if (lacking || server.change(() -> closed)) {
      boolean over = server.change(() -> closed);
      String why = over ? "The broker is closed." : server.change(() -> reason);
      throw new PublishException(
          UNAVAILABLE,
          publication,
          why.substring(0, why.length() - 1),
          over ? "Open another one" : refused ? "Correct the address" : "Start the server",
          null);
    }
    CompletableFuture<Void> admitted = server.change(() -> server.admission().admitted());
    if (!await(admitted, Duration.ofNanos(deadline - server.time().nanoTime()))) {
      throw PublishException.blocked(publication, publishTimeout);
    }
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    if (prefetch < 1 || prefetch > MOST_PREFETCH) {
      throw new IllegalArgumentException("Prefetch " + prefetch + " for queue '" + queue
          + "' is out of range. Give 1 to " + MOST_PREFETCH + ".");
    }
    MemorySubscription subscription = new MemorySubscription(this, queue, prefetch, receiver);
    server.run(() -> {
      if (closed) {
        throw closedException();
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
    server.run(() -> {
      if (closed) {
        server.afterwards(() -> report.completeExceptionally(closedException()));
      } else if (isReachable()) {
        inspect(queue, head, report);
      } else {
        whenConnected.add(() -> inspect(queue, head, report));
      }
    });
    if (!report.isDone()) {
      server.later(
          publishTimeout,
          () -> report.completeExceptionally(new UnavailableException(
              "Queue '" + queue + "' was not inspected within " + DurationText.of(publishTimeout)
                  + ". " + server.change(() -> reason) + " Start the server.",
              null)));
    }
    return report;
  }

  private void inspect(String queue, int head, CompletableFuture<QueueReport> report) {
    MemoryQueue found = server.queue(queue);
    if (closed) {
      server.afterwards(() -> report.completeExceptionally(closedException()));
      return;
    }
    if (found == null) {
      TopologyException missing = new TopologyException(
          TopologyException.Reason.MISSING,
          "queue '" + queue + "'",
          "There is no queue '" + queue + "' on the server",
          "Declare it first",
          null);
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
    boolean first = server.change(() -> {
      boolean open = !closed;
      closed = true;
      return open;
    });
    if (!first) {
      return;
    }
    server.change(() -> List.copyOf(subscriptions)).forEach(MemorySubscription::close);
    server.run(() -> {
      disconnect("The broker is closed.");
      whenConnected.forEach(Runnable::run);
      whenConnected.clear();
      CompletableFuture<Void> waiting = up;
      server.afterwards(() -> waiting.completeExceptionally(closedException()));
    });
    server.leave(this);
  }

  private static UnavailableException closedException() {
    return new UnavailableException("The broker is closed. Open another one.", null);
  }

  @Override
  public String toString() {
    return "InMemoryBroker";
  }
}
