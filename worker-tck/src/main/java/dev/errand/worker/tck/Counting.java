package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import java.util.concurrent.atomic.AtomicInteger;

/** A broker that counts what it has handed over: a server that has sent a message says no more. */
final class Counting extends ForwardingBroker {
  private final AtomicInteger handedOver = new AtomicInteger();

  Counting(Broker real) {
    super(real);
  }

  /** How many deliveries receivers have been called with. */
  int handedOver() {
    return handedOver.get();
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    return super.subscribe(queue, prefetch, new Receiver() {
      @Override
      public void receive(Delivery delivery) {
        receiver.receive(delivery);
        handedOver.incrementAndGet();
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {
        receiver.stateChanged(state, reason);
      }
    });
  }
}
