package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;

/** Fault: a job that says nothing of when it was enqueued is of no known type. */
final class OnlyOursAreKnown extends ForwardingBroker {
  OnlyOursAreKnown(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    boolean ours = delivery.message().headers().containsKey(WireFormat.ENQUEUED_AT);
    return new ForwardingDelivery(delivery) {
      @Override
      public Message message() {
        return ours ? super.message() : super.message().copy().type(null).build();
      }
    };
  }
}
