package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import dev.errand.codec.WireFormat;
import java.util.concurrent.CompletableFuture;

/** Fault: a job whose handler threw an Error is never settled. */
final class ErrorsKeepTheirPlace extends ForwardingBroker {
  ErrorsKeepTheirPlace(Broker real) {
    super(real);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        Object type = copy.message().headers().get(WireFormat.FAILURE_TYPE);
        return type instanceof String name && name.endsWith("Error")
            ? new CompletableFuture<>()
            : super.replace(copy);
      }
    };
  }
}
