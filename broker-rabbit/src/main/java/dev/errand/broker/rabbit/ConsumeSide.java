package dev.errand.broker.rabbit;

import com.rabbitmq.client.Connection;
import dev.errand.broker.Declaring;
import dev.errand.broker.Receiver;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands on the consuming connection: the subscriptions. It is not made before the first of
 * them.
 */
final class ConsumeSide implements Link.Tenant {
  /*
   * Callers add subscriptions under `this`, together with the step that opens them, so none comes after `closed`. The consuming loop owns
   * `connection` and `started`, tells the subscriptions of each connection (a new one may hear of it twice), and takes out what is closed.
   */
  private static final Logger LOG = LoggerFactory.getLogger(ConsumeSide.class);

  private final Threads threads;
  private final Loop loop;
  private final Link link;
  private final Declaring declaring;
  private final Duration consumerTimeout;
  private final ConsumerChannel.Parts parts;
  private final List<RabbitSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private final Set<RabbitSubscription> relaying = ConcurrentHashMap.newKeySet();
  private boolean closed;
  // Loop only.
  private @Nullable Connection connection;
  private boolean started;

  ConsumeSide(
      RabbitAddress address, Scheduler timer, Threads threads, ConsumerChannel.Parts parts) {
    this.threads = threads;
    this.declaring = address.settings().declaring();
    this.consumerTimeout = address.settings().consumerTimeout();
    this.parts = parts;
    loop = new Loop(threads, "consume", timer);
    link = new Link("consume", address, threads, loop, this);
  }

  /** As {@link dev.errand.broker.Broker#subscribe}. */
  RabbitSubscription subscribe(String queue, int prefetch, Receiver receiver) {
    return subscribe(queue, prefetch, receiver, on -> {
      // Whoever takes from a queue of somebody else's needs no right but to read it.
      if (parts.topology().declares(queue)) {
        Delays.bind(on, queue, declaring);
      }
    });
  }

  /** As the other, for a relay queue, which is made where it is not there. */
  RabbitSubscription relay(String queue, int prefetch, Receiver receiver) {
    RabbitSubscription made =
        subscribe(queue, prefetch, receiver, on -> Delays.makeRelayQueue(on, queue, declaring));
    relaying.add(made);
    return made;
  }

  private synchronized RabbitSubscription subscribe(
      String queue, int prefetch, Receiver receiver, RabbitSubscription.Preparation preparation) {
    if (closed) {
      throw RabbitBroker.closedException();
    }
    RabbitSubscription subscription =
        new RabbitSubscription(queue, prefetch, receiver, this, preparation);
    subscriptions.add(subscription);
    loop.execute(() -> {
      start();
      if (connection != null) {
        subscription.connection(connection, "");
      }
    });
    return subscription;
  }

  private void start() {
    if (!started) {
      started = true;
      parts.settler().start();
      link.start();
    }
  }

  Loop loop() {
    return loop;
  }

  Link link() {
    return link;
  }

  /** What the address says of the server's. */
  Duration consumerTimeout() {
    return consumerTimeout;
  }

  ConsumerChannel.Parts parts() {
    return parts;
  }

  boolean isOwnThread() {
    return threads.isOwn();
  }

  void remove(RabbitSubscription subscription) {
    subscriptions.remove(subscription);
    relaying.remove(subscription);
  }

  @Override
  public Link.LastStep connected(Connection fresh) {
    connection = fresh;
    subscriptions.forEach(subscription -> subscription.connection(fresh, ""));
    return () -> {};
  }

  @Override
  public void disconnected(Trouble reason) {
    connection = null;
    subscriptions.forEach(subscription -> subscription.connection(null, reason.toString()));
  }

  /**
   * Ends all subscriptions, and waits for the server's answers at most so long.
   *
   * @param relayed when those of the relays have ended, which they do by themselves
   */
  void closeSubscriptions(CompletableFuture<Void> relayed, Duration atMost)
      throws InterruptedException {
    synchronized (this) {
      closed = true;
    }
    Stream<CompletableFuture<Void>> others = subscriptions.stream()
        .filter(subscription -> !relaying.contains(subscription))
        .map(RabbitSubscription::end);
    CompletableFuture<Void> ended = CompletableFuture.allOf(
        Stream.concat(Stream.of(relayed), others).toArray(CompletableFuture<?>[]::new));
    try {
      ended.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      LOG.warn(
          "The server did not answer the close of all subscriptions within {}; they end with the connection, and what they acknowledged, or sent on through an exchange, last may come back.",
          DurationText.of(atMost));
      // Frees the loop, which waits for an answer.
      link.abort();
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
