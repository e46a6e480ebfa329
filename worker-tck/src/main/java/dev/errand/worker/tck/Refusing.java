package dev.errand.worker.tck;

import static dev.errand.broker.PublishException.Reason.REJECTED;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker that takes no copy: each replace fails as rejected, and the delivery stays unsettled.
 */
final class Refusing implements Broker {
  private final Broker real;
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();
  private volatile boolean closed;

  Refusing(Broker real) {
    this.real = real;
  }

  int refused() {
    return refused.get();
  }

  /** How often a delivery was settled otherwise. */
  int otherVerbs() {
    return others.get();
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
        receiver.receive(new Unreplaceable(delivery));
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {
        receiver.stateChanged(state, reason);
      }
    });
  }

  @Override
  public CompletableFuture<QueueReport> inspect(String queue, int head) {
    return real.inspect(queue, head);
  }

  @Override
  public void close() {
    closed = true;
    real.close();
  }

  private final class Unreplaceable implements Delivery {
    private final Delivery delivery;

    Unreplaceable(Delivery delivery) {
      this.delivery = delivery;
    }

    @Override
    public Message message() {
      return delivery.message();
    }

    @Override
    public int redeliveries() {
      return delivery.redeliveries();
    }

    @Override
    public CompletableFuture<Void> ack() {
      others.incrementAndGet();
      return delivery.ack();
    }

    @Override
    public CompletableFuture<Void> release() {
      others.incrementAndGet();
      return delivery.release();
    }

    @Override
    public CompletableFuture<Void> replace(Publication copy) {
      if (closed) {
        return delivery.replace(copy);
      }
      refused.incrementAndGet();
      return CompletableFuture.failedFuture(
          new PublishException(REJECTED, copy, "the case wants it so", null));
    }

    @Override
    public CompletableFuture<Void> reject() {
      others.incrementAndGet();
      return delivery.reject();
    }
  }
}
