package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;

/** Fault: of a job that runs nobody is told that it is suspected. */
final class SuspectsUnknown extends ForwardingBroker {
  SuspectsUnknown(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public Message message() {
        Message real = super.message();
        return redeliveries() > 0
            ? real
            : real.copy().header(WireFormat.CRASHES, null).build();
      }
    };
  }
}
