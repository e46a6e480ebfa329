package dev.errand.broker.inmemory;

import static dev.errand.broker.Subscription.State.CLOSED;
import static dev.errand.broker.Subscription.State.CONSUMING;
import static dev.errand.broker.Subscription.State.PAUSED;
import static dev.errand.broker.Subscription.State.RECOVERING;

import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One consumer of one queue. */
final class MemorySubscription implements Subscription {
  /*
   * State is guarded by the server's lock. What the receiver is to hear goes into the mailbox under it, in the order of what happened, and
   * is told without it.
   */
  private final InMemoryBroker handle;
  private final Server server;
  private final String queue;
  private final int prefetch;
  private final Receiver receiver;
  private final Set<MemoryDelivery> unsettled = new LinkedHashSet<>();
  private final Mailbox mailbox = new Mailbox();
  private volatile State state = RECOVERING;
  private boolean pausing;
  private @Nullable MemoryQueue attached;
  private List<CompletableFuture<Void>> resuming = new ArrayList<>();

  MemorySubscription(InMemoryBroker handle, String queue, int prefetch, Receiver receiver) {
    this.handle = handle;
    this.server = handle.server();
    this.queue = queue;
    this.prefetch = prefetch;
    this.receiver = receiver;
  }

  String queue() {
    return queue;
  }

  InMemoryBroker handle() {
    return handle;
  }

  @Override
  public State state() {
    return state;
  }

  // While the server's lock is held.

  void attach() {
    MemoryQueue found = server.topology().queue(queue);
    if (attached != null || state == CLOSED || found == null) {
      return;
    }
    attached = found;
    if (pausing) {
      change(PAUSED, "");
    } else {
      consume(found);
    }
  }

  private void consume(MemoryQueue from) {
    from.attach(this);
    change(CONSUMING, "");
    server.touch(from);
    resuming.forEach(done -> tell(() -> done.complete(null)));
    resuming = new ArrayList<>();
  }

  boolean hasRoom() {
    return unsettled.size() < prefetch;
  }

  void take(Stored message) {
    MemoryDelivery delivery = new MemoryDelivery(this, message);
    unsettled.add(delivery);
    tell(() -> receive(delivery));
  }

  private void receive(MemoryDelivery delivery) {
    try {
      if (delivery.isAlive() && state != CLOSED) {
        receiver.receive(delivery);
      }
    } catch (RuntimeException | Error error) {
      report(error);
      server.later(Duration.ofSeconds(1), () -> giveBack(delivery));
    }
  }

  private static void giveBack(MemoryDelivery delivery) {
    // Gone by now, or settled by the receiver before it failed: either is well.
    CompletableFuture<Void> unused = delivery.release();
  }

  private static void report(Throwable error) {
    Thread self = Thread.currentThread();
    try {
      self.getUncaughtExceptionHandler().uncaughtException(self, error);
    } catch (RuntimeException | Error fromTheHandler) {
      // Ignored, as by the JVM: the thread has more to deliver.
    }
  }

  /** The consumer is gone, and all it held comes back. */
  void lose(String why) {
    if (attached != null) {
      attached.detach(this);
      giveBack(attached);
      attached = null;
      change(RECOVERING, why);
    }
  }

  private void giveBack(MemoryQueue to) {
    List<MemoryDelivery> held = new ArrayList<>(unsettled);
    unsettled.clear();
    // The last first, so that the oldest is in front again.
    for (int i = held.size() - 1; i >= 0; i--) {
      MemoryDelivery delivery = held.get(i);
      delivery.lose();
      server.router().cameBack(to, delivery.stored());
    }
  }

  private void change(State next, String why) {
    if (state.mayBecome(next)) {
      state = next;
      tell(() -> stateChanged(next, why));
    }
  }

  private void stateChanged(State next, String why) {
    try {
      receiver.stateChanged(next, why);
    } catch (RuntimeException | Error error) {
      report(error);
    }
  }

  private void tell(Runnable call) {
    mailbox.add(call);
    server.afterwards(mailbox::attend);
  }

  /** Settled: there is room for another. */
  void settled(MemoryDelivery delivery) {
    MemoryQueue from = server.topology().queue(queue);
    if (unsettled.remove(delivery) && from != null) {
      from.settled(delivery.stored());
      server.touch(from);
    }
  }

  // Without it.

  @Override
  public CompletableFuture<Void> pause() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    server.run(() -> {
      if (state != CLOSED) {
        pausing = true;
        if (attached != null) {
          attached.detach(this);
        }
        change(PAUSED, "");
      }
      tell(() -> done.complete(null));
    });
    return done;
  }

  @Override
  public CompletableFuture<Void> resume() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    server.run(() -> {
      pausing = false;
      if (state == CLOSED) {
        server.afterwards(() -> done.completeExceptionally(closedException()));
      } else if (state == CONSUMING) {
        server.afterwards(() -> done.complete(null));
      } else {
        resuming.add(done);
        if (attached != null) {
          consume(attached);
        } else {
          change(RECOVERING, "It was resumed while not connected.");
        }
      }
    });
    return done;
  }

  private UnavailableException closedException() {
    return new UnavailableException(
        "The subscription to queue '" + queue + "' is closed. Subscribe again.", null);
  }

  @Override
  public void close() {
    server.run(() -> {
      if (attached != null) {
        attached.detach(this);
        giveBack(attached);
        attached = null;
      }
      change(CLOSED, "");
      resuming.forEach(done -> tell(() -> done.completeExceptionally(closedException())));
      resuming = new ArrayList<>();
      handle.remove(this);
    });
    // A call that runs ends first, unless it is ours.
    mailbox.empty();
  }
}
