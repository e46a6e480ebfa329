package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.util.function.UnaryOperator;

/** Fault: what is delivered says something else of when it expires. */
final class WrongExpiry extends ForwardingBroker {
  private final UnaryOperator<Message> change;

  private WrongExpiry(Broker real, UnaryOperator<Message> change) {
    super(real);
    this.change = change;
  }

  static WrongExpiry hidden(Broker real) {
    return new WrongExpiry(
        real, message -> message.copy().header(WireFormat.EXPIRES_AT, null).build());
  }

  static WrongExpiry past(Broker real) {
    return new WrongExpiry(
        real,
        message -> message.headers().containsKey(WireFormat.EXPIRES_AT)
            ? message.copy().header(WireFormat.EXPIRES_AT, 1L).build()
            : message);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public Message message() {
        return change.apply(super.message());
      }
    };
  }
}
