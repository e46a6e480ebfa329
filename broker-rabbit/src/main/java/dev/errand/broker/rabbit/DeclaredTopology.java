package dev.errand.broker.rabbit;

import static java.util.stream.Collectors.toSet;

import com.rabbitmq.client.Connection;
import dev.errand.broker.Binding;
import dev.errand.broker.Declaring;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers what was declared through a broker, and declares it again on each connection. */
final class DeclaredTopology {
  /*
   * Callers of `declare` add under the lock; the publishing loop declares, and takes the lock for looks at the collections only, never while
   * it talks to the server. A request stays the first until it is answered; only what the server took is remembered beyond that, so a refused
   * part never drives out the one that stands there. The consuming loop calls `restore` for a queue that is gone: declaring is idempotent, so the two need no order.
   */
  private static final Logger LOG = LoggerFactory.getLogger(DeclaredTopology.class);

  private final Object lock = new Object();
  private final Answers answers;
  private final Declaring declaring;
  private final Map<Object, Topology> remembered = new LinkedHashMap<>();
  private final Set<Topology> established = new HashSet<>();
  private final Deque<Request> requests = new ArrayDeque<>();
  private boolean closed;

  DeclaredTopology(Answers answers, Declaring declaring) {
    this.answers = answers;
    this.declaring = declaring;
  }

  private record Request(List<Topology> parts, CompletableFuture<Void> done) {}

  /**
   * Takes the parts; the future completes when {@link #work} or {@link #rebuild} has declared them.
   */
  CompletableFuture<Void> declare(Topology... parts) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    List<Topology> ordered = Arrays.stream(parts).sorted(Topology.DECLARING).toList();
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedFuture(RabbitBroker.closedException());
      }
      if (established.containsAll(ordered)) {
        return CompletableFuture.completedFuture(null);
      }
      for (Topology part : ordered) {
        TopologyException lack = lackOf(part, ordered);
        if (lack != null) {
          return CompletableFuture.failedFuture(lack);
        }
      }
      requests.add(new Request(ordered, done));
    }
    return done;
  }

  private @Nullable TopologyException lackOf(Topology part, List<Topology> beside) {
    if (part instanceof Queue queue
        && queue.overflow() != null
        && !knows(queueKey(queue.overflow()), beside)) {
      return TopologyException.missing(
          "queue '" + queue.name() + "'",
          "queue '" + queue.overflow() + "', the overflow of queue '" + queue.name() + "',");
    }
    if (part instanceof Binding binding && !knows(queueKey(binding.queue()), beside)) {
      return TopologyException.missing(
          "binding to exchange '" + binding.exchange() + "'",
          "queue '" + binding.queue() + "', bound to exchange '" + binding.exchange() + "',");
    }
    if (part instanceof Binding binding && !knows(exchangeKey(binding.exchange()), beside)) {
      return TopologyException.missing(
          "binding of queue '" + binding.queue() + "'",
          "exchange '" + binding.exchange() + "', bound to queue '" + binding.queue() + "',");
    }
    return null;
  }

  private boolean knows(Object key, List<Topology> beside) {
    return Stream.of(remembered.values().stream(), asked(), beside.stream())
        .flatMap(parts -> parts)
        .anyMatch(part -> key(part).equals(key));
  }

  private Stream<Topology> asked() {
    return requests.stream().flatMap(request -> request.parts().stream());
  }

  private static Object key(Topology part) {
    if (part instanceof Queue queue) {
      return queueKey(queue.name());
    }
    return part instanceof Exchange exchange ? exchangeKey(exchange.name()) : part;
  }

  private static String queueKey(String name) {
    return "queue " + name;
  }

  private static String exchangeKey(String name) {
    return "exchange " + name;
  }

  /**
   * On a new connection: declares all that was ever asked for. A part that is refused is reported,
   * and the rest goes on.
   */
  void rebuild(Connection connection) throws IOException {
    List<Topology> all;
    synchronized (lock) {
      established.clear();
      Set<Topology> asked = asked().collect(toSet());
      all = remembered.values().stream()
          .filter(part -> !asked.contains(part))
          .sorted(Topology.DECLARING)
          .toList();
    }
    declareAll(connection, all);
    work(connection);
  }

  private void declareAll(Connection connection, List<Topology> parts) throws IOException {
    if (parts.isEmpty()) {
      return;
    }
    try (Declarations server = new Declarations(connection, declaring)) {
      for (Topology part : parts) {
        try {
          server.declare(part);
          establish(part);
        } catch (TopologyException refused) {
          LOG.warn(
              "After a reconnection: {} It is tried again with the next connection.",
              refused.getMessage());
        }
      }
    }
  }

  /** Declares what was asked for since. What the connection breaks off stays for the next time. */
  void work(Connection connection) throws IOException {
    Request first = next();
    if (first == null) {
      return;
    }
    try (Declarations server = new Declarations(connection, declaring)) {
      for (Request next = first; next != null; next = next()) {
        answer(server, next);
        answered(next);
      }
    } finally {
      answers.flush();
    }
  }

  private @Nullable Request next() {
    synchronized (lock) {
      return requests.peek();
    }
  }

  private void answered(Request request) {
    synchronized (lock) {
      requests.remove(request);
    }
  }

  private void answer(Declarations server, Request request) throws IOException {
    try {
      for (Topology part : request.parts()) {
        if (!isEstablished(part)) {
          server.declare(part);
          establish(part);
        }
      }
      answers.succeed(request.done());
    } catch (RuntimeException refused) {
      answers.fail(request.done(), refused);
    }
  }

  private boolean isEstablished(Topology part) {
    synchronized (lock) {
      return established.contains(part);
    }
  }

  private void establish(Topology part) {
    synchronized (lock) {
      established.add(part);
      remembered.put(key(part), part);
    }
  }

  /**
   * A queue is gone: what concerns it is new again, those included of which it is the overflow, as
   * it is bound when they are declared.
   */
  void missing(String queue) {
    synchronized (lock) {
      established.removeAll(concerning(queue));
      established.removeIf(part -> part instanceof Queue named && queue.equals(named.overflow()));
    }
  }

  /** An exchange, or what is bound to it, is gone: both are new again. */
  void missingExchange(String exchange) {
    synchronized (lock) {
      established.removeIf(
          part -> (part instanceof Exchange named && named.name().equals(exchange))
              || (part instanceof Binding binding && binding.exchange().equals(exchange)));
    }
  }

  /**
   * Declares a queue again, with its overflow and bindings, where it was declared through this
   * broker; nothing otherwise.
   */
  void restore(Connection connection, String queue) throws IOException {
    List<Topology> parts;
    synchronized (lock) {
      parts = concerning(queue).stream().sorted(Topology.DECLARING).toList();
    }
    declareAll(connection, parts);
  }

  private List<Topology> concerning(String queue) {
    return Stream.concat(remembered.values().stream(), asked())
        .filter(part -> (part instanceof Queue named && named.name().equals(queue))
            || (part instanceof Binding binding && binding.queue().equals(queue)))
        .toList();
  }

  /** Whether the queue was declared through this broker, or is to be. */
  boolean declares(String queue) {
    synchronized (lock) {
      return concerning(queue).stream().anyMatch(Queue.class::isInstance);
    }
  }

  /**
   * The overflow of a queue that was declared here; null where there is none, or it is not known.
   */
  @Nullable
  String overflowOf(String queue) {
    synchronized (lock) {
      return concerning(queue).stream()
          .filter(Queue.class::isInstance)
          .findFirst()
          .map(part -> ((Queue) part).overflow())
          .orElse(null);
    }
  }

  /** The levels of a queue that was declared here; 0 where it has none, or is not known. */
  int prioritiesOf(String queue) {
    synchronized (lock) {
      return concerning(queue).stream()
          .filter(Queue.class::isInstance)
          .mapToInt(part -> ((Queue) part).priorities())
          .findFirst()
          .orElse(0);
    }
  }

  void close() {
    List<Request> left;
    synchronized (lock) {
      closed = true;
      left = List.copyOf(requests);
      requests.clear();
    }
    UnavailableException gone = new UnavailableException(
        "The broker was closed before the topology was declared. Open another one.", null);
    left.forEach(request -> answers.fail(request.done(), gone));
  }
}
