package dev.errand.broker.inmemory;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
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
  private enum Step {
    UNSETTLED,
    COPYING,
    SETTLED,
    GONE
  }

  private final MemorySubscription subscription;
  private final Stored stored;
  private volatile Step step = Step.UNSETTLED;
  // The verb whose copy is not yet safe; it is told once, by whoever takes it away.
  private @Nullable CompletableFuture<Void> copying;

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
    CompletableFuture<Void> waiting = copying;
    if (waiting != null) {
      copying = null;
      refuse(waiting);
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
    return settle(() -> {});
  }

  @Override
  public CompletableFuture<Void> release() {
    return replace(Publication.of(stored.message(), Route.queue(subscription.queue())));
  }

  @Override
  public CompletableFuture<Void> reject() {
    Server server = subscription.handle().server();
    MemoryQueue queue = server.change(() -> server.queue(subscription.queue()));
    if (queue == null || queue.declared().overflow() == null) {
      return CompletableFuture.failedFuture(new TopologyException(
          TopologyException.Reason.MISSING,
          "overflow of queue '" + subscription.queue() + "'",
          "message " + message().id()
              + " cannot be rejected and stays unsettled; declare the queue with an overflow, or replace the message",
          null));
    }
    return settle(() -> server.overflow(queue, stored, "rejected"));
  }

  private CompletableFuture<Void> settle(Runnable effect) {
    CompletableFuture<Void> verb = new CompletableFuture<>();
    Server server = subscription.handle().server();
    server.run(() -> {
      if (step != Step.UNSETTLED) {
        refuse(verb);
        return;
      }
      step = Step.SETTLED;
      effect.run();
      subscription.settled(this);
      server.afterwards(() -> verb.complete(null));
    });
    return verb;
  }

  private void refuse(CompletableFuture<Void> verb) {
    SettleException refusal = new SettleException(
        step == Step.GONE ? GONE : SETTLED_BEFORE, message().id(), subscription.queue());
    subscription.handle().server().afterwards(() -> verb.completeExceptionally(refusal));
  }

  @Override
  public CompletableFuture<Void> replace(Publication copy) {
    CompletableFuture<Void> verb = new CompletableFuture<>();
    Server server = subscription.handle().server();
    server.run(() -> {
      if (step != Step.UNSETTLED) {
        refuse(verb);
        return;
      }
      try {
        Server.CAPABILITIES.checkCopy(copy);
        server.route(copy);
        step = Step.COPYING;
        copying = verb;
        server.confirm(() -> server.run(() -> copied(verb)));
      } catch (PublishException refused) {
        server.afterwards(() -> verb.completeExceptionally(refused));
      }
    });
    if (!verb.isDone()) {
      Duration atMost = subscription.handle().publishTimeout();
      server.later(atMost, () -> server.run(() -> unanswered(copy, verb, atMost)));
    }
    return verb;
  }

  /** The copy is safe. */
  private void copied(CompletableFuture<Void> verb) {
    if (waitsFor(verb)) {
      copying = null;
      step = Step.SETTLED;
      subscription.settled(this);
      subscription.handle().server().afterwards(() -> verb.complete(null));
    }
  }

  /** The copy may be safe or not: the delivery stays, for another verb. */
  private void unanswered(Publication copy, CompletableFuture<Void> verb, Duration atMost) {
    if (waitsFor(verb)) {
      copying = null;
      step = Step.UNSETTLED;
      PublishException unknown = new PublishException(
          OUTCOME_UNKNOWN, copy, "the broker did not answer within " + atMost, null);
      subscription.handle().server().afterwards(() -> verb.completeExceptionally(unknown));
    }
  }

  /** Not so when it was told meanwhile, even where another verb waits by now. */
  @SuppressWarnings("ReferenceEquality") // Which verb it is, is its identity.
  private boolean waitsFor(CompletableFuture<Void> verb) {
    return copying == verb;
  }
}
