package dev.errand.worker.tck;

import static dev.errand.broker.PublishException.Reason.REJECTED;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker that takes no copy while it is open: each replace fails as rejected, and the delivery
 * stays unsettled.
 */
final class Refusing extends ForwardingBroker {
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();
  private volatile boolean closed;

  Refusing(Broker real) {
    super(real);
  }

  int refused() {
    return refused.get();
  }

  /** How often a delivery was settled otherwise. */
  int otherVerbs() {
    return others.get();
  }

  @Override
  public void close() {
    // Until then it refuses: what is tried again meanwhile is not to succeed.
    super.close();
    closed = true;
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> ack() {
        others.incrementAndGet();
        return super.ack();
      }

      @Override
      public CompletableFuture<Void> release() {
        others.incrementAndGet();
        return super.release();
      }

      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        if (closed) {
          return super.replace(copy);
        }
        refused.incrementAndGet();
        return CompletableFuture.failedFuture(
            new PublishException(REJECTED, copy, "The case wants it so", "Wait", null));
      }

      @Override
      public CompletableFuture<Void> reject() {
        others.incrementAndGet();
        return super.reject();
      }
    };
  }
}
