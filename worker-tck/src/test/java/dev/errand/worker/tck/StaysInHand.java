package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.Subscription.State;
import dev.errand.codec.WireFormat;
import java.util.concurrent.CompletableFuture;

/** Fault: the dead letters in hand come back only when the broker is closed. */
final class StaysInHand extends ForwardingBroker {
  StaysInHand(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    Subscription real = super.subscribe(queue, prefetch, receiver);
    return WireFormat.deadLettersIn(queue).isPresent() ? new Kept(real) : real;
  }

  private record Kept(Subscription real) implements Subscription {
    @Override
    public State state() {
      return real.state();
    }

    @Override
    public CompletableFuture<Void> pause() {
      return real.pause();
    }

    @Override
    public CompletableFuture<Void> resume() {
      return real.resume();
    }

    @Override
    public void close() {
      // The real one is closed with its broker.
    }
  }
}
