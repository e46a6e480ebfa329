package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;

/** Fault: whoever consumes gets half as many in hand as it asked for. */
final class PrefetchHalved extends ForwardingBroker {
  PrefetchHalved(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    return super.subscribe(queue, Math.max(1, prefetch / 2), receiver);
  }
}
