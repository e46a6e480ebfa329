package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes one queue's deliveries and hands them over, on the broker's threads. */
final class Intake implements Receiver {
  private final String queue;
  private final Dispatcher dispatcher;
  private final Herald herald;
  private final AtomicInteger epoch = new AtomicInteger();
  /** Guarded by this: an answer to a declaration opens it, on whatever thread; a stop ends it. */
  private @Nullable Subscription subscription;

  private volatile boolean ending;

  Intake(String queue, Dispatcher dispatcher, Herald herald) {
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.herald = herald;
  }

  String queue() {
    return queue;
  }

  /** Counts the connections: a delivery of an earlier one is gone. */
  int epoch() {
    return epoch.get();
  }

  /** Does nothing after {@link #pause}. */
  synchronized void open(Broker broker, int prefetch) {
    if (!ending) {
      subscription = broker.subscribe(queue, prefetch, this);
    }
  }

  /** No delivery comes any more once this is done. */
  CompletableFuture<Void> pause() {
    Subscription opened = end();
    return opened == null ? CompletableFuture.completedFuture(null) : opened.pause();
  }

  void close() {
    Subscription opened = end();
    if (opened != null) {
      opened.close();
    }
  }

  private synchronized @Nullable Subscription end() {
    ending = true;
    return subscription;
  }

  @Override
  public void receive(Delivery delivery) {
    dispatcher.offer(new Taken(this, delivery, epoch.get()));
  }

  @Override
  public void stateChanged(Subscription.State state, String reason) {
    switch (state) {
      case RECOVERING -> {
        epoch.incrementAndGet();
        herald.tell(new WorkerEvent.Recovering(herald.worker(), queue, reason));
      }
      case CONSUMING -> herald.tell(new WorkerEvent.Consuming(herald.worker(), queue));
      case PAUSED -> {
        // Only a shutdown pauses, and tells of itself.
      }
      case CLOSED -> {
        if (!ending) {
          herald.tell(new WorkerEvent.CutOff(herald.worker(), queue));
        }
      }
    }
  }
}
