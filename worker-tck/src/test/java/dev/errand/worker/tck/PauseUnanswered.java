package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import java.util.concurrent.CompletableFuture;

/** Fault: a pause is never answered. */
final class PauseUnanswered extends ForwardingBroker {
  PauseUnanswered(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    Subscription real = super.subscribe(queue, prefetch, receiver);
    return new Subscription() {
      @Override
      public State state() {
        return real.state();
      }

      @Override
      public CompletableFuture<Void> pause() {
        CompletableFuture<Void> unused = real.pause();
        return new CompletableFuture<>();
      }

      @Override
      public CompletableFuture<Void> resume() {
        return real.resume();
      }

      @Override
      public void close() {
        real.close();
      }
    };
  }
}
