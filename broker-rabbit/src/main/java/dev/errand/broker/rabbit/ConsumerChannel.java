package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One channel of a subscription, from its opening to its end: its consumers, what they brought, and
 * what is to be acknowledged.
 */
final class ConsumerChannel {
  /*
   * The consuming loop opens consumers and cancels them; the client's consumer threads bring deliveries, one at a time for this channel;
   * the settler's thread acknowledges, and the loop once more when it closes the channel in order. What is outstanding, and how many places
   * the next consumer has, is the settler's. `this` guards the consumers; nothing is called while it is held.
   */
  private final RabbitSubscription subscription;
  private final Channel channel;
  private final Parts parts;
  private final Settler settler;
  private final Set<String> consumers = new HashSet<>();
  private @Nullable CompletableFuture<Void> cancelled;

  /** What a channel shares with the others of its broker. */
  record Parts(SettlerThread settler, Copier copier, Answers answers, DeclaredTopology topology) {}

  ConsumerChannel(RabbitSubscription subscription, Channel channel, Parts parts) {
    this.subscription = subscription;
    this.channel = channel;
    this.parts = parts;
    this.settler = new Settler(subscription.prefetch(), new Acknowledging(), new Calling());
    channel.addShutdownListener(this::shutDown);
  }

  private void shutDown(ShutdownSignalException cause) {
    die();
    subscription.lost(this, cause);
  }

  String queue() {
    return subscription.queue();
  }

  boolean hasOverflow() {
    return parts.topology().overflowOf(queue()) != null;
  }

  Answers answers() {
    return parts.answers();
  }

  Settler settler() {
    return settler;
  }

  boolean isDead() {
    return settler.isOver();
  }

  /** Nothing comes from it any more, and nothing can be settled on it. */
  void die() {
    settler.end();
    CompletableFuture<Void> waiting;
    synchronized (this) {
      waiting = cancelled;
      cancelled = null;
    }
    if (waiting != null) {
      parts.answers().succeed(waiting);
    }
    parts.answers().flush();
  }

  /** It cannot go on, though the server has not closed it. */
  void broken(String reason) {
    die();
    subscription.broken(this, reason);
  }

  // Consumers, by the loop.

  /** Opens a consumer for the places that are free; none when there is no place. */
  void consume() throws IOException {
    int places = settler.openPlaces();
    if (places > 0) {
      consume(places);
    }
  }

  /** Opens a consumer for the places that were freed since. */
  void consumeMore() throws IOException {
    int places = settler.openClosedPlaces();
    if (places > 0) {
      consume(places);
    }
  }

  private void consume(int places) throws IOException {
    channel.basicQos(places);
    String tag = channel.basicConsume(queue(), false, new Consumer(channel));
    synchronized (this) {
      consumers.add(tag);
    }
  }

  /**
   * Ends all consumers; the future completes when the last delivery of the last of them has been
   * received.
   */
  CompletableFuture<Void> cancel() throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Set<String> tags;
    synchronized (this) {
      tags = Set.copyOf(consumers);
      if (tags.isEmpty() || isDead()) {
        return CompletableFuture.completedFuture(null);
      }
      cancelled = done;
    }
    for (String tag : tags) {
      channel.basicCancel(tag);
    }
    return done;
  }

  private void cancelledByUs(String tag) {
    CompletableFuture<Void> done = null;
    synchronized (this) {
      consumers.remove(tag);
      if (consumers.isEmpty()) {
        done = cancelled;
        cancelled = null;
      }
    }
    if (done != null) {
      done.complete(null);
    }
  }

  /**
   * Ends the consumers, acknowledges what is finished, and ends; each where it still can. A quorum
   * queue learns of a channel's end later than we do, and would still give messages to its
   * consumers, each of which then counts as come back; of a consumer that is cancelled it knows.
   */
  void close() {
    cancelAll();
    acknowledgeAll();
    die();
    try {
      channel.abort();
    } catch (IOException ignored) {
      // It is closed either way.
    }
  }

  private void cancelAll() {
    Set<String> tags;
    synchronized (this) {
      boolean cancelling = cancelled != null;
      tags = isDead() || cancelling ? Set.of() : Set.copyOf(consumers);
    }
    try {
      for (String tag : tags) {
        channel.basicCancel(tag);
      }
    } catch (IOException | RuntimeException ignored) {
      // The end that follows ends them too, if later.
    }
  }

  private void acknowledgeAll() {
    try {
      settler.settleAll();
    } catch (IOException | RuntimeException ignored) {
      // What was not written is told so by the end that follows.
    }
  }

  private final class Consumer extends DefaultConsumer {
    Consumer(Channel channel) {
      super(channel);
    }

    @Override
    public void handleConsumeOk(String consumerTag) {
      subscription.confirmed(ConsumerChannel.this);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      received(envelope, properties, body);
    }

    @Override
    public void handleCancelOk(String consumerTag) {
      cancelledByUs(consumerTag);
    }

    @Override
    public void handleCancel(String consumerTag) {
      synchronized (ConsumerChannel.this) {
        consumers.remove(consumerTag);
      }
      subscription.cancelledByServer(ConsumerChannel.this);
    }
  }

  private void received(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
    RabbitDelivery delivery = new RabbitDelivery(
        this,
        envelope.getDeliveryTag(),
        Properties.message(queue(), properties, body),
        Properties.redeliveries(envelope, properties),
        Properties.dueKey(properties));
    if (settler.add(delivery)) {
      subscription.receive(this, delivery);
    }
  }

  void copy(Confirm confirm) {
    parts.copier().add(confirm);
  }

  /** As {@link Settler#settle}; where that fails, the channel ends. By the settler's thread. */
  long settle(long now) {
    try {
      long pause = settler.settle(now);
      if (settler.wantsPlaces() && !isCancelling()) {
        subscription.placesFreed(this);
      }
      return pause;
    } catch (IOException | ShutdownSignalException closed) {
      die();
      return 0;
    } finally {
      parts.answers().flush();
    }
  }

  private synchronized boolean isCancelling() {
    return cancelled != null;
  }

  private final class Acknowledging implements Settler.Frames {
    @Override
    public void acknowledge(long tag, boolean multiple) throws IOException {
      channel.basicAck(tag, multiple);
    }

    @Override
    public void reject(long tag) throws IOException {
      channel.basicReject(tag, false);
    }
  }

  private final class Calling implements Settler.Caller {
    @Override
    public void call() {
      parts.settler().add(ConsumerChannel.this);
    }

    @Override
    public void hurry() {
      parts.settler().wake();
    }
  }
}
