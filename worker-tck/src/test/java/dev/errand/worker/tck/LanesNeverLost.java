package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Subscription;
import dev.errand.codec.WireFormat;

/** Fault: who consumes a lane is not told that the connection was lost. */
final class LanesNeverLost extends ForwardingBroker {
  LanesNeverLost(Broker real) {
    super(real);
  }

  @Override
  boolean tells(String queue, Subscription.State state) {
    return state != Subscription.State.RECOVERING || WireFormat.laneIn(queue).isEmpty();
  }
}
