package dev.errand.broker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Stands before a receiver, and hands it deliveries with their broker's fault. */
final class FaultyReceiver implements Receiver {
  private final FaultyBroker faulty;
  private final Broker broker;
  private final String queue;
  private final Receiver receiver;
  private final List<FaultyDelivery> unsettled = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Delivery> newest = new HashMap<>();
  private final Set<String> delayed = new HashSet<>();
  private boolean lost;
  private boolean recovering;
  private volatile boolean paused;
  private volatile @Nullable Thread called;

  FaultyReceiver(FaultyBroker faulty, Broker broker, String queue, Receiver receiver) {
    this.faulty = faulty;
    this.broker = broker;
    this.queue = queue;
    this.receiver = receiver;
  }

  @Override
  public void receive(Delivery delivery) {
    FaultyDelivery changed = new FaultyDelivery(this, delivery, Thread.currentThread());
    synchronized (this) {
      if (lost) {
        return;
      }
      unsettled.add(changed);
      newest.put(delivery.message().id(), delivery);
    }
    if (has(Fault.TAKES_BACK)) {
      later(() -> {
        CompletableFuture<Void> unused = delivery.release();
      });
    }
    called = Thread.currentThread();
    try {
      receiver.receive(changed);
    } catch (RuntimeException error) {
      if (!has(Fault.THROWER_RELEASED_AT_ONCE)) {
        throw error;
      }
      CompletableFuture<Void> unused = delivery.release();
    } finally {
      called = null;
    }
  }

  /** Whether this thread is inside {@link #receive}. */
  boolean isCalledHere() {
    return called == Thread.currentThread();
  }

  @Override
  public void stateChanged(State state, String reason) {
    synchronized (this) {
      lost |= state == State.RECOVERING && faulty.has(Fault.STAYS_LOST) && !newest.isEmpty();
      if (has(Fault.DELETED_FOR_GOOD) && recovering && state == State.CONSUMING) {
        return;
      }
      recovering |= state == State.RECOVERING;
    }
    paused = state == State.PAUSED;
    if (state != State.RECOVERING || !has(Fault.RECOVERING_UNTOLD)) {
      receiver.stateChanged(state, has(Fault.LOSS_UNEXPLAINED) ? "It is lost." : reason);
    }
  }

  boolean isPaused() {
    return paused;
  }

  boolean has(Fault fault) {
    return faulty.has(fault);
  }

  Fault fault() {
    return faulty.fault();
  }

  /** Long after. */
  void later(Runnable action) {
    faulty.later(action);
  }

  String queue() {
    return queue;
  }

  Broker broker() {
    return broker;
  }

  /** The delivery that came last with this message. */
  synchronized Delivery newest(String id) {
    return newest.getOrDefault(id, newest.values().iterator().next());
  }

  /** Raises what is counted of a message. */
  synchronized void count(String id, int times) {
    counts.merge(id, times, Integer::sum);
  }

  synchronized int counted(String id) {
    return counts.getOrDefault(id, 0);
  }

  /** Whether a message of this id was delayed before. */
  synchronized boolean delayedBefore(String id) {
    return !delayed.add(id);
  }

  /** Acknowledges what is finished with nothing unfinished before it. */
  synchronized void acknowledgeInOrder() {
    while (!unsettled.isEmpty() && unsettled.get(0).isFinished()) {
      unsettled.remove(0).acknowledge();
    }
  }
}
