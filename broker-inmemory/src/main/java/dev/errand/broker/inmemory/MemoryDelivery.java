package dev.errand.broker.inmemory;

import static dev.errand.broker.SettleException.Reason.GONE;
import static dev.errand.broker.SettleException.Reason.SETTLED_BEFORE;

import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.TopologyException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One delivery; what happened to it is guarded by the server's lock. */
final class MemoryDelivery implements Delivery {
  /*
   * RACE 1: a verb and the end of its consumer. Both take the server's lock: either the verb comes first, and is answered by the server, or
   * `lose` does, which answers a verb that is still on its way as GONE, and gives the message back.
   * RACE 2: a copy becomes safe after its delivery was lost, or its verb given up: it finds that it is no longer the attempt, and changes
   * nothing. Then copy and original are both there, never neither.
   */
  private enum Step {
    UNSETTLED,
    COPYING,
    LEAVING,
    SETTLED,
    GONE
  }

  private final MemorySubscription subscription;
  private final Stored stored;
  private volatile Step step = Step.UNSETTLED;
  // The copy that is not yet safe; its verb is told once, by whoever takes it away.
  private @Nullable Attempt copying;
  // The verb that is on its way to the server.
  private @Nullable CompletableFuture<Void> leaving;

  /** A copy on its way, known by its identity. */
  private static final class Attempt {
    private final Publication copy;
    private final CompletableFuture<Void> verb = new CompletableFuture<>();
    private boolean arrived;

    private Attempt(Publication copy) {
      this.copy = copy;
    }
  }

  MemoryDelivery(MemorySubscription subscription, Stored stored) {
    this.subscription = subscription;
    this.stored = stored;
  }

  Stored stored() {
    return stored;
  }

  boolean isAlive() {
    return step != Step.GONE;
  }

  /** While the server's lock is held: its consumer is gone. */
  void lose() {
    step = Step.GONE;
    Attempt waiting = copying;
    if (waiting != null) {
      copying = null;
      refuse(waiting.verb);
    }
    CompletableFuture<Void> under = leaving;
    if (under != null) {
      leaving = null;
      refuse(under);
    }
  }

  @Override
  public Message message() {
    return stored.message();
  }

  @Override
  public int redeliveries() {
    return stored.redeliveries();
  }

  @Override
  public CompletableFuture<Void> ack() {
    subscription.handle().server().run(() -> {
      if (step == Step.UNSETTLED) {
        subscription.handle().connection().acknowledging();
      }
    });
    return settle(() -> {});
  }

  @Override
  public CompletableFuture<Void> release() {
    return replace(Publication.of(stored.message(), Route.queue(subscription.queue())));
  }

  @Override
  public CompletableFuture<Void> reject() {
    Server server = subscription.handle().server();
    MemoryQueue queue = server.change(() -> server.topology().queue(subscription.queue()));
    if (queue == null || queue.overflow() == null) {
      return CompletableFuture.failedFuture(new TopologyException(
          TopologyException.Reason.MISSING,
          "overflow of queue '" + subscription.queue() + "'",
          "Queue '" + subscription.queue() + "' has no overflow to reject message "
              + message().id() + " into. It stays unsettled",
          "Declare the queue with an overflow, or replace the message",
          null));
    }
    return settle(() -> server.router().overflow(queue, stored, "rejected"));
  }

  private CompletableFuture<Void> settle(Runnable effect) {
    CompletableFuture<Void> verb = new CompletableFuture<>();
    Server server = subscription.handle().server();
    server.run(() -> {
      if (step != Step.UNSETTLED) {
        refuse(verb);
        return;
      }
      step = Step.LEAVING;
      leaving = verb;
      server.reach(() -> arrive(verb, effect));
    });
    return verb;
  }

  /** The verb has come to the server, unless the connection was lost before. */
  private void arrive(CompletableFuture<Void> verb, Runnable effect) {
    if (step == Step.LEAVING) {
      leaving = null;
      step = Step.SETTLED;
      effect.run();
      subscription.settled(this);
      subscription.handle().server().afterwards(() -> verb.complete(null));
    }
  }

  private void refuse(CompletableFuture<Void> verb) {
    SettleException refusal = new SettleException(
        step == Step.GONE ? GONE : SETTLED_BEFORE, message().id(), subscription.queue());
    subscription.handle().server().afterwards(() -> verb.completeExceptionally(refusal));
  }

  @Override
  public CompletableFuture<Void> replace(Publication copy) {
    Attempt attempt = new Attempt(copy);
    Server server = subscription.handle().server();
    server.run(() -> {
      if (step != Step.UNSETTLED) {
        refuse(attempt.verb);
        return;
      }
      try {
        Server.CAPABILITIES.checkCopy(copy);
        step = Step.COPYING;
        copying = attempt;
        server.admission().copy(() -> server.reach(() -> arrive(attempt)));
      } catch (PublishException refused) {
        server.afterwards(() -> attempt.verb.completeExceptionally(refused));
      }
    });
    if (!attempt.verb.isDone()) {
      server.later(
          subscription.handle().publishTimeout(), () -> server.run(() -> unanswered(attempt)));
    }
    return attempt.verb;
  }

  /** The copy has come to the server, unless it is given up. */
  private void arrive(Attempt attempt) {
    if (copying != attempt) {
      return;
    }
    Server server = subscription.handle().server();
    attempt.arrived = true;
    try {
      subscription.handle().route(attempt.copy);
      server.confirm(() -> server.run(() -> copied(attempt)));
    } catch (PublishException refused) {
      fail(attempt, refused);
    }
  }

  private void fail(Attempt attempt, PublishException why) {
    copying = null;
    step = Step.UNSETTLED;
    subscription.handle().server().afterwards(() -> attempt.verb.completeExceptionally(why));
  }

  /** The copy is safe. */
  private void copied(Attempt attempt) {
    if (copying == attempt) {
      copying = null;
      step = Step.SETTLED;
      subscription.settled(this);
      subscription.handle().server().afterwards(() -> attempt.verb.complete(null));
    }
  }

  /** The copy may be safe or not: the delivery stays, for another verb. */
  private void unanswered(Attempt attempt) {
    if (copying == attempt) {
      Duration timeout = subscription.handle().publishTimeout();
      boolean waits = !subscription.handle().server().admission().admitted().isDone();
      fail(
          attempt,
          waits && !attempt.arrived
              ? PublishException.blocked(attempt.copy, timeout)
              : PublishException.unanswered(attempt.copy, timeout));
    }
  }
}
