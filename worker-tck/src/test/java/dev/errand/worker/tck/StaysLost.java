package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;

/** Fault: a consumer that was lost gets nothing any more. */
final class StaysLost extends ForwardingBroker {
  StaysLost(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    AtomicBoolean lost = new AtomicBoolean();
    return super.subscribe(queue, prefetch, new Receiver() {
      @Override
      public void receive(Delivery delivery) {
        if (!lost.get()) {
          receiver.receive(delivery);
        }
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {
        lost.compareAndSet(false, state == Subscription.State.RECOVERING);
        receiver.stateChanged(state, reason);
      }
    });
  }
}
