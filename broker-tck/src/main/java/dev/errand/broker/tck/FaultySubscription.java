package dev.errand.broker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A subscription with its broker's fault. */
final class FaultySubscription implements Subscription {
  private final Broker broker;
  private final int prefetch;
  private final FaultyReceiver receiver;
  private final List<Subscription> all;
  private final Subscription subscription;
  private final List<Subscription> more = new CopyOnWriteArrayList<>();

  /**
   * Subscribes.
   *
   * @param all the broker's subscriptions, among which it takes its place
   */
  FaultySubscription(Broker broker, int prefetch, FaultyReceiver receiver, List<Subscription> all) {
    this.broker = broker;
    this.prefetch = prefetch;
    this.receiver = receiver;
    this.all = all;
    this.subscription = broker.subscribe(receiver.queue(), prefetch, receiver);
    all.add(subscription);
  }

  @Override
  public State state() {
    return subscription.state();
  }

  @Override
  public CompletableFuture<Void> pause() {
    if (receiver.has(Fault.PAUSE_IGNORED)) {
      return CompletableFuture.completedFuture(null);
    }
    if (receiver.has(Fault.PAUSE_STOPS_ALL)) {
      return CompletableFuture.allOf(new ArrayList<>(all)
          .stream().map(Subscription::pause).toArray(CompletableFuture<?>[]::new));
    }
    CompletableFuture<Void> paused = subscription.pause();
    return receiver.has(Fault.PAUSE_WAITS_FOR_NOTHING) && !receiver.isCalledHere()
        ? CompletableFuture.completedFuture(null)
        : paused;
  }

  @Override
  public CompletableFuture<Void> resume() {
    if (receiver.has(Fault.RESUME_IGNORED)) {
      return CompletableFuture.completedFuture(null);
    }
    if (receiver.has(Fault.RESUME_GRANTS_AFRESH)) {
      more.add(broker.subscribe(receiver.queue(), prefetch, receiver));
    }
    return subscription.resume();
  }

  @Override
  public void close() {
    more.forEach(Subscription::close);
    subscription.close();
  }
}
