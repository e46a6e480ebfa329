package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Subscription;

/** Fault: nobody is told that a consumer is lost. */
final class SaysItConsumes extends ForwardingBroker {
  SaysItConsumes(Broker real) {
    super(real);
  }

  @Override
  boolean tells(String queue, Subscription.State state) {
    return state != Subscription.State.RECOVERING;
  }
}
