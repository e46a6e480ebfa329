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
  private final Events events;
  private final AtomicInteger epoch = new AtomicInteger();
  private volatile @Nullable Subscription subscription;
  private volatile boolean ending;

  Intake(String queue, Dispatcher dispatcher, Events events) {
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.events = events;
  }

  String queue() {
    return queue;
  }

  /** Counts the connections: a delivery of an earlier one is gone. */
  int epoch() {
    return epoch.get();
  }

  void open(Broker broker, int prefetch) {
    subscription = broker.subscribe(queue, prefetch, this);
  }

  /** No delivery comes any more once this is done. */
  CompletableFuture<Void> pause() {
    ending = true;
    Subscription opened = subscription;
    return opened == null ? CompletableFuture.completedFuture(null) : opened.pause();
  }

  void close() {
    Subscription opened = subscription;
    if (opened != null) {
      opened.close();
    }
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
        events.tell(new WorkerEvent.Recovering(events.worker(), queue, reason));
      }
      case CONSUMING -> events.tell(new WorkerEvent.Consuming(events.worker(), queue));
      case PAUSED -> {
        // Only a shutdown pauses, and tells of itself.
      }
      case CLOSED -> {
        if (!ending) {
          events.tell(new WorkerEvent.CutOff(events.worker(), queue));
        }
      }
    }
  }
}
