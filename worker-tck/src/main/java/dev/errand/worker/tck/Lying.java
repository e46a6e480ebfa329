package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A broker whose first subscriptions to a queue say that they consume, and bring nothing. It counts
 * who asks what waits there. No fault by which a case is tested, but a part of the case itself:
 * what a worker does with such a backend is shown over each of them.
 */
final class Lying extends ForwardingBroker {
  private final String queue;
  private final AtomicInteger lies;
  private final AtomicLong looks = new AtomicLong();

  Lying(Broker real, String queue, int lies) {
    super(real);
    this.queue = queue;
    this.lies = new AtomicInteger(lies);
  }

  /** How often somebody asked what waits in the queue. */
  long looks() {
    return looks.get();
  }

  @Override
  public Subscription subscribe(String from, int prefetch, Receiver receiver) {
    return from.equals(queue) && lies.getAndDecrement() > 0
        ? new Lie(receiver)
        : super.subscribe(from, prefetch, receiver);
  }

  @Override
  public CompletableFuture<QueueReport> inspect(String of, int head) {
    if (of.equals(queue)) {
      looks.incrementAndGet();
    }
    return super.inspect(of, head);
  }

  private static final class Lie implements Subscription {
    private final Receiver receiver;
    private volatile State state = State.RECOVERING;

    Lie(Receiver receiver) {
      this.receiver = receiver;
      become(State.CONSUMING);
    }

    @Override
    public State state() {
      return state;
    }

    @Override
    public CompletableFuture<Void> pause() {
      become(State.PAUSED);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> resume() {
      become(State.CONSUMING);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
      become(State.CLOSED);
    }

    private synchronized void become(State next) {
      if (state.mayBecome(next)) {
        state = next;
        receiver.stateChanged(next, "");
      }
    }
  }
}
