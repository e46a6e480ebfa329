package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A broker that does what another does; a subclass lets its receivers see and hear otherwise. */
abstract class ForwardingBroker implements Broker {
  private final Broker real;

  ForwardingBroker(Broker real) {
    this.real = real;
  }

  /** What a receiver is given in a delivery's place. */
  Delivery delivered(Delivery delivery) {
    return delivery;
  }

  /** Whether who consumes this queue is told that it is so now. */
  boolean tells(String queue, Subscription.State state) {
    return true;
  }

  @Override
  public void ready(Duration atMost) {
    real.ready(atMost);
  }

  @Override
  public Capabilities capabilities() {
    return real.capabilities();
  }

  @Override
  public Time time() {
    return real.time();
  }

  @Override
  public CompletableFuture<Void> declare(Topology... parts) {
    return real.declare(parts);
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    return real.publish(publication);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    return real.subscribe(queue, prefetch, new Receiver() {
      @Override
      public void receive(Delivery delivery) {
        receiver.receive(delivered(delivery));
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {
        if (tells(queue, state)) {
          receiver.stateChanged(state, reason);
        }
      }
    });
  }

  @Override
  public CompletableFuture<QueueReport> inspect(String queue, int head) {
    return real.inspect(queue, head);
  }

  @Override
  public void close() {
    real.close();
  }

  /** A delivery that does what another does. */
  static class ForwardingDelivery implements Delivery {
    private final Delivery real;

    ForwardingDelivery(Delivery real) {
      this.real = real;
    }

    @Override
    public Message message() {
      return real.message();
    }

    @Override
    public int redeliveries() {
      return real.redeliveries();
    }

    @Override
    public CompletableFuture<Void> ack() {
      return real.ack();
    }

    @Override
    public CompletableFuture<Void> release() {
      return real.release();
    }

    @Override
    public CompletableFuture<Void> replace(Publication copy) {
      return real.replace(copy);
    }

    @Override
    public CompletableFuture<Void> reject() {
      return real.reject();
    }
  }
}
