package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;

/** Fault: nobody is told that a consumer is lost. */
final class SaysItConsumes extends ForwardingBroker {
  SaysItConsumes(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    return super.subscribe(queue, prefetch, new Receiver() {
      @Override
      public void receive(Delivery delivery) {
        receiver.receive(delivery);
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {
        if (state != Subscription.State.RECOVERING) {
          receiver.stateChanged(state, reason);
        }
      }
    });
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return delivery;
  }
}
