package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import java.util.Objects;

/** Fault: a job that does not say that it is JSON is of no known type. */
final class ContentTypeRules extends ForwardingBroker {
  ContentTypeRules(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    boolean ours = Objects.equals(delivery.message().contentType(), "application/json");
    return new ForwardingDelivery(delivery) {
      @Override
      public Message message() {
        return ours ? super.message() : super.message().copy().type(null).build();
      }
    };
  }
}
