package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.worker.decide.Whence;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Takes the deliveries of a queue, or of its lane, and hands them over, on the broker's threads.
 */
final class Intake implements Receiver {
  private final String consumed;
  private final Supply supply;
  private final Dispatcher dispatcher;
  private final AtomicInteger epoch = new AtomicInteger();
  private final Suspicion suspicion = new Suspicion();
  /** The suspect, until it begins; a lane has one job in hand, or what it had before is gone. */
  private final AtomicReference<@Nullable Taken> waiting = new AtomicReference<>();

  /** Guarded by this: an answer to a declaration opens it, on whatever thread; a stop ends it. */
  private @Nullable Subscription subscription;

  private volatile boolean ending;

  /** @param consumed the queue's name, or its lane's */
  Intake(String consumed, Supply supply, Dispatcher dispatcher) {
    this.consumed = consumed;
    this.supply = supply;
    this.dispatcher = dispatcher;
  }

  /** Whose jobs come: a lane is a part of its queue. */
  String queue() {
    return supply.queue();
  }

  /** What is consumed on the broker. */
  String consumed() {
    return consumed;
  }

  /** Counts the connections: a delivery of an earlier one is gone. */
  int epoch() {
    return epoch.get();
  }

  /** Does nothing after {@link #pause}. */
  synchronized void open(Broker broker, int prefetch) {
    if (!ending) {
      subscription = broker.subscribe(consumed, prefetch, this);
    }
  }

  /** No delivery comes any more once this is done. */
  CompletableFuture<Void> pause() {
    Subscription opened = end();
    Taken notYet = waiting.get();
    if (notYet != null) {
      offerWaiting(notYet);
    }
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
    Taken taken = new Taken(this, delivery, epoch.get(), whence(delivery));
    if (Supply.cameBack(delivery)) {
      CompletableFuture<Void> unusedChain = supply.left(delivery).thenRun(() -> offerCopy(taken));
    } else {
      dispatcher.offer(taken);
    }
  }

  private void offerCopy(Taken taken) {
    if (taken.whence() == Whence.QUEUE || !Suspect.is(taken)) {
      dispatcher.offer(taken);
    } else if (supply.suspect().enter(taken)) {
      waiting.set(taken);
      supply.later(Suspect.HEAD_START, () -> offerWaiting(taken));
    } else {
      dispatcher.offer(taken.besideASuspect());
    }
  }

  private void offerWaiting(Taken taken) {
    if (waiting.compareAndSet(taken, null)) {
      dispatcher.offer(taken);
    }
  }

  /** What was handed over has ended. */
  void ended(Taken taken) {
    if (taken.whence() != Whence.QUEUE) {
      supply.suspect().leave(taken);
    }
  }

  private Whence whence(Delivery delivery) {
    if (!supply.isLane(this)) {
      return Whence.QUEUE;
    }
    return suspicion.excuses(delivery) ? Whence.LANE_AFTER_OUR_RECONNECT : Whence.LANE;
  }

  @Override
  public void stateChanged(Subscription.State state, String reason) {
    switch (state) {
      case RECOVERING -> {
        epoch.incrementAndGet();
        suspicion.lost();
      }
      case CONSUMING -> suspicion.consuming();
      case PAUSED, CLOSED -> {
        // Nothing comes, and what is in hand is settled still, or lost with its subscription.
      }
    }
    if (state != Subscription.State.CLOSED || !ending) {
      supply.changed(this, state, reason);
    }
  }
}
