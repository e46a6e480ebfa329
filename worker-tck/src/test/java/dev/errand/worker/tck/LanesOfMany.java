package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.codec.WireFormat;

/** Fault: a worker has many of a lane's jobs in hand. */
final class LanesOfMany extends ForwardingBroker {
  LanesOfMany(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    boolean lane = WireFormat.laneIn(queue).isPresent();
    return super.subscribe(queue, lane ? 100 : prefetch, receiver);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return delivery;
  }
}
