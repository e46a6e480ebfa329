package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One channel of a subscription, from its opening to its end: its consumers, what they brought, and
 * what is to be acknowledged.
 */
final class ConsumerChannel {
  /*
   * The consuming loop opens consumers and cancels them; the client's consumer threads bring deliveries, one at a time for this channel;
   * the settler acknowledges, and the loop once more when it closes the channel in order. `this` guards the queue of what is outstanding
   * and the places; nothing is called while it is held but the channel's acknowledgements.
   *
   * A consumer's credit cannot be changed, and a new consumer gets its own. So after a pause with u of n unsettled the next consumer has
   * n - u places, and the others are opened by further consumers, when more of them are free and closed than are still held.
   */
  private static final long SOON_NANOS = 1_000_000;
  private static final long LATEST_NANOS = 5_000_000;

  private final RabbitSubscription subscription;
  private final Channel channel;
  private final Parts parts;
  private final int prefetch;
  private final int batch;
  private final ArrayDeque<RabbitDelivery> outstanding = new ArrayDeque<>();
  private int unsettled;
  private int holes;
  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicBoolean queued = new AtomicBoolean();
  private long since;
  private long firstTagOfConsumers = 1;
  private int carried;
  private int closedPlaces;
  private long lastTag;
  private final Set<String> consumers = new HashSet<>();
  private @Nullable CompletableFuture<Void> cancelled;
  private volatile @Nullable String dead;

  /** What a channel shares with the others of its broker. */
  record Parts(Settler settler, Copier copier, Answers answers, DeclaredTopology topology) {}

  ConsumerChannel(RabbitSubscription subscription, Channel channel, Parts parts) {
    this.subscription = subscription;
    this.channel = channel;
    this.parts = parts;
    this.prefetch = subscription.prefetch();
    this.batch = Math.max(1, prefetch / 4);
    channel.addShutdownListener(this::shutDown);
  }

  private void shutDown(ShutdownSignalException cause) {
    die(Refusals.text(cause));
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

  boolean isDead() {
    return dead != null;
  }

  /** Nothing comes from it any more, and nothing can be settled on it. */
  void die(String reason) {
    dead = reason;
    CompletableFuture<Void> waiting;
    synchronized (this) {
      outstanding.forEach(delivery -> delivery.gone(parts.answers()));
      outstanding.clear();
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
    die(reason);
    subscription.broken(this, reason);
  }

  // Consumers, by the loop.

  /** Opens a consumer for the places that are free; none when there is no place. */
  void consume() throws IOException {
    int places;
    synchronized (this) {
      places = prefetch - unsettled;
      carried = unsettled;
      closedPlaces = 0;
      firstTagOfConsumers = lastTag + 1;
    }
    if (places > 0) {
      consume(places);
    }
  }

  /** Opens a consumer for the places that were freed since. */
  void consumeMore() throws IOException {
    int places;
    synchronized (this) {
      places = closedPlaces;
      closedPlaces = 0;
    }
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
    die("closed");
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

  private synchronized void acknowledgeAll() {
    if (!isDead()) {
      try {
        writePrefix();
        writeIslands();
      } catch (IOException | RuntimeException ignored) {
        // What was not written is told so by the end that follows.
      }
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
    synchronized (this) {
      if (isDead()) {
        return;
      }
      outstanding.add(delivery);
      lastTag = delivery.tag();
      unsettled++;
    }
    subscription.receive(this, delivery);
  }

  // Settling: verbs leave word here, the settler writes.

  /** A delivery has something for the settler. */
  void ready() {
    int waiting = finished.incrementAndGet();
    if (queued.compareAndSet(false, true)) {
      parts.settler().add(this);
    } else if (waiting == batch) {
      parts.settler().wake();
    }
  }

  void copy(Confirm confirm) {
    parts.copier().add(confirm);
  }

  /**
   * Writes what is due, and returns after how many nanoseconds it wants to be called again; 0 when
   * nothing waits. By the settler.
   */
  long settle(long now) {
    if (isDead()) {
      // It stays queued, so that no verb adds it again.
      return 0;
    }
    // Below 0 while a verb that was written already has not counted itself yet.
    int waiting = finished.get();
    if (waiting <= 0) {
      since = 0;
      queued.set(false);
      // A verb between the look and the line before found it queued.
      return finished.get() > 0 && queued.compareAndSet(false, true) ? 1 : 0;
    }
    since = since == 0 ? now : since;
    long age = now - since;
    if (waiting < batch && age < SOON_NANOS) {
      return SOON_NANOS - age;
    }
    return write(age);
  }

  private long write(long age) {
    try {
      synchronized (this) {
        writePrefix();
        int islands = finished.get();
        if (islands > 0 && (age >= LATEST_NANOS || islands >= Math.max(1, prefetch / 2))) {
          writeIslands();
        }
        compact();
        openPlaces();
      }
    } catch (IOException | ShutdownSignalException closed) {
      die(Refusals.text(closed));
    }
    parts.answers().flush();
    if (finished.get() <= 0) {
      since = 0;
      return 1;
    }
    return Math.max(1, LATEST_NANOS - age);
  }

  /** One frame for all that is finished before the first that is not. */
  private void writePrefix() throws IOException {
    int run = 0;
    long top = 0;
    for (RabbitDelivery delivery : outstanding) {
      RabbitDelivery.Step step = delivery.step();
      if (step == RabbitDelivery.Step.FINISHED) {
        top = delivery.tag();
      } else if (step != RabbitDelivery.Step.SETTLED) {
        break;
      }
      run++;
    }
    if (top != 0) {
      channel.basicAck(top, true);
    }
    for (int i = 0; i < run; i++) {
      RabbitDelivery delivery = outstanding.remove();
      if (delivery.settled(RabbitDelivery.Step.FINISHED)) {
        left(delivery);
      } else {
        holes--;
      }
    }
  }

  /** What is finished above a hole, each alone; what is rejected always is. */
  private void writeIslands() throws IOException {
    for (RabbitDelivery delivery : outstanding) {
      RabbitDelivery.Step step = delivery.step();
      if (step == RabbitDelivery.Step.FINISHED) {
        channel.basicAck(delivery.tag(), false);
      } else if (step == RabbitDelivery.Step.REFUSED) {
        channel.basicReject(delivery.tag(), false);
      } else {
        continue;
      }
      if (delivery.settled(step)) {
        left(delivery);
        holes++;
      }
    }
  }

  private void left(RabbitDelivery delivery) {
    finished.decrementAndGet();
    unsettled--;
    if (delivery.tag() < firstTagOfConsumers) {
      carried--;
      closedPlaces++;
    }
    parts.answers().succeed(delivery.answer());
  }

  /** While the oldest is held for long, what was settled behind it must not pile up. */
  private void compact() {
    if (holes > 2 * prefetch) {
      outstanding.removeIf(delivery -> delivery.step() == RabbitDelivery.Step.SETTLED);
      holes = 0;
    }
  }

  private void openPlaces() {
    if (closedPlaces > carried && cancelled == null) {
      subscription.placesFreed(this);
    }
  }
}
