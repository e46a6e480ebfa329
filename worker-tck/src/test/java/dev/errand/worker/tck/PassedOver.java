package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import java.util.concurrent.CompletableFuture;

/** Fault: something else is done with what should go to the end of the queue it was taken from. */
final class PassedOver extends ForwardingBroker {
  private final Instead instead;

  private interface Instead {
    CompletableFuture<Void> happens(Delivery delivery, Receiver receiver);
  }

  private PassedOver(Broker real, Instead instead) {
    super(real);
    this.instead = instead;
  }

  static Broker deleted(Broker real) {
    return new PassedOver(real, (delivery, receiver) -> delivery.ack());
  }

  /** As where it goes to the front. */
  static Broker next(Broker real) {
    return new PassedOver(real, (delivery, receiver) -> {
      receiver.receive(delivery);
      return CompletableFuture.completedFuture(null);
    });
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    return super.subscribe(queue, prefetch, new Receiver() {
      @Override
      public void receive(Delivery delivery) {
        receiver.receive(from(queue, delivery, receiver));
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {
        receiver.stateChanged(state, reason);
      }
    });
  }

  private Delivery from(String queue, Delivery delivery, Receiver receiver) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        return copy.route() instanceof Route.ToQueue to && to.queue().equals(queue)
            ? instead.happens(this, receiver)
            : super.replace(copy);
      }
    };
  }
}
