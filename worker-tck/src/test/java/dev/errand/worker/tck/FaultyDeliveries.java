package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import java.util.function.UnaryOperator;

/** A broker that delivers other messages than lie in its queues, as a worker reads them wrong. */
final class FaultyDeliveries extends ForwardingBroker {
  private final UnaryOperator<Message> change;

  FaultyDeliveries(Broker real, UnaryOperator<Message> change) {
    super(real);
    this.change = change;
  }

  @Override
  Delivery delivered(Delivery delivery) {
    Message changed = change.apply(delivery.message());
    return new ForwardingDelivery(delivery) {
      @Override
      public Message message() {
        return changed;
      }
    };
  }
}
