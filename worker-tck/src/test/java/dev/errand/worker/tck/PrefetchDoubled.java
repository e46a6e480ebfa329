package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;

/** Fault: whoever consumes gets twice as many in hand as it asked for. */
final class PrefetchDoubled extends ForwardingBroker {
  PrefetchDoubled(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    return super.subscribe(queue, 2 * prefetch, receiver);
  }
}
