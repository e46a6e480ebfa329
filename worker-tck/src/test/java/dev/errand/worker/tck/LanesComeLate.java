package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.codec.WireFormat;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Fault: a job of a lane is handed over only when two others are done. */
final class LanesComeLate extends ForwardingBroker {
  private final AtomicInteger done = new AtomicInteger();
  private final Queue<Runnable> late = new ConcurrentLinkedQueue<>();

  LanesComeLate(Broker real) {
    super(real);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    boolean lane = WireFormat.laneIn(queue).isPresent();
    return super.subscribe(queue, prefetch, lane ? ofLane(receiver) : receiver);
  }

  private Receiver ofLane(Receiver receiver) {
    return new Receiver() {
      @Override
      public void receive(Delivery delivery) {
        late.add(() -> receiver.receive(delivery));
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {
        receiver.stateChanged(state, reason);
      }
    };
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> ack() {
        CompletableFuture<Void> verb = super.ack();
        Runnable waiting = done.incrementAndGet() < 2 ? null : late.poll();
        if (waiting != null) {
          waiting.run();
        }
        return verb;
      }
    };
  }
}
