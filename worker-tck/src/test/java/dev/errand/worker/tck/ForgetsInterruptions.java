package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.util.HashMap;
import java.util.Map;

/** Fault: how often a shutdown interrupted a job is forgotten on the way. */
final class ForgetsInterruptions extends ForwardingBroker {
  ForgetsInterruptions(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public Message message() {
        Message real = super.message();
        Map<String, Object> headers = new HashMap<>(real.headers());
        headers.remove(WireFormat.INTERRUPTIONS);
        return real.copy().headers(headers).build();
      }
    };
  }
}
