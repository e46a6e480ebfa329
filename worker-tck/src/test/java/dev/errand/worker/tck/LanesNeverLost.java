package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.codec.WireFormat;

/** Fault: who consumes a lane is not told that the connection was lost. */
final class LanesNeverLost extends ForwardingBroker {
  LanesNeverLost(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    boolean lane = WireFormat.laneIn(queue).isPresent();
    return super.subscribe(queue, prefetch, lane ? ofLane(receiver) : receiver);
  }

  private static Receiver ofLane(Receiver receiver) {
    return new Receiver() {
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
    };
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return delivery;
  }
}
