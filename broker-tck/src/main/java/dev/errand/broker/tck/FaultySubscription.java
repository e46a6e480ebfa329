package dev.errand.broker.tck;

import dev.errand.broker.Subscription;
import java.util.concurrent.CompletableFuture;

/** A subscription with its broker's fault. */
record FaultySubscription(Subscription subscription, FaultyReceiver receiver)
    implements Subscription {
  @Override
  public State state() {
    return subscription.state();
  }

  @Override
  public CompletableFuture<Void> pause() {
    if (receiver.has(Fault.PAUSE_IGNORED)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> paused = subscription.pause();
    return receiver.has(Fault.PAUSE_WAITS_FOR_NOTHING) && !receiver.isCalledHere()
        ? CompletableFuture.completedFuture(null)
        : paused;
  }

  @Override
  public CompletableFuture<Void> resume() {
    return subscription.resume();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
