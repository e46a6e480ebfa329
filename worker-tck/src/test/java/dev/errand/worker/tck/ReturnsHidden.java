package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;

/** Fault: nobody is told that a delivery came back. */
final class ReturnsHidden extends ForwardingBroker {
  ReturnsHidden(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public int redeliveries() {
        return 0;
      }
    };
  }
}
