package dev.errand.broker.tck;

import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A delivery with its broker's fault. */
final class FaultyDelivery implements Delivery {
  private final FaultyReceiver owner;
  private final Delivery delivery;
  private final Thread thread;
  private volatile boolean finished;

  FaultyDelivery(FaultyReceiver owner, Delivery delivery, Thread thread) {
    this.owner = owner;
    this.delivery = delivery;
    this.thread = thread;
  }

  boolean isFinished() {
    return finished;
  }

  void acknowledge() {
    Bench.ack(delivery);
  }

  private String id() {
    return delivery.message().id();
  }

  @Override
  public Message message() {
    return FaultyMessages.delivered(delivery.message(), owner.fault());
  }

  @Override
  public int redeliveries() {
    if (owner.has(Fault.COUNTS_NOTHING)) {
      return 0;
    }
    int first = owner.has(Fault.COUNTS_THE_FIRST) ? 1 : 0;
    return first + delivery.redeliveries() + owner.counted(id());
  }

  @Override
  public CompletableFuture<Void> ack() {
    if (owner.has(Fault.ACK_FORGOTTEN)) {
      return CompletableFuture.completedFuture(null);
    }
    if (owner.has(Fault.ACKS_WAIT_FOR_OLDER)) {
      finished = true;
      owner.acknowledgeInOrder();
      return CompletableFuture.completedFuture(null);
    }
    if (owner.has(Fault.ACKS_DAWDLE)) {
      owner.later(() -> Bench.ack(delivery));
      return CompletableFuture.completedFuture(null);
    }
    return settle(Delivery::ack);
  }

  @Override
  public CompletableFuture<Void> release() {
    if (owner.has(Fault.RELEASE_COUNTS)) {
      owner.count(id(), 1);
    }
    return settle(Delivery::release);
  }

  @Override
  public CompletableFuture<Void> replace(Publication copy) {
    if (owner.has(Fault.REPLACE_KEEPS_ORIGINAL)) {
      return owner.broker().publish(copy).thenCompose(safe -> delivery.release());
    }
    if (owner.has(Fault.ACKS_BEFORE_COPY)) {
      return delivery.ack().thenCompose(gone -> owner.broker().publish(copy));
    }
    if (owner.has(Fault.FAILED_COPY_SETTLES)) {
      return delivery.replace(copy).whenComplete((none, error) -> Bench.ack(delivery));
    }
    if (owner.has(Fault.VERBS_WAIT)) {
      return waited(delivery.replace(copy));
    }
    if (owner.has(Fault.COPY_INHERITS_COUNT)) {
      owner.count(id(), delivery.redeliveries());
    }
    if (owner.has(Fault.SECOND_DELAY_LOST) && copy.delayed() && owner.delayedBefore(id())) {
      return delivery.ack();
    }
    return settle(original -> original.replace(changed(copy)));
  }

  private Publication changed(Publication copy) {
    if (owner.has(Fault.REPLACE_STAYS)) {
      return Publication.of(copy.message(), Route.queue(owner.queue())).after(copy.delay());
    }
    if (owner.has(Fault.HEADERS_STICK)) {
      Map<String, Object> headers = new HashMap<>(delivery.message().headers());
      headers.putAll(copy.message().headers());
      return Publication.of(copy.message().copy().headers(headers).build(), copy.route())
          .after(copy.delay());
    }
    return copy;
  }

  private static CompletableFuture<Void> waited(CompletableFuture<Void> verb) {
    boolean unused = verb.handle((none, error) -> true).join();
    return verb;
  }

  @Override
  public CompletableFuture<Void> reject() {
    return settle(Delivery::reject);
  }

  private CompletableFuture<Void> settle(Function<Delivery, CompletableFuture<Void>> verb) {
    if (owner.has(Fault.VERBS_BOUND_TO_THREAD) && Thread.currentThread() != thread) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("This thread received no delivery."));
    }
    if (owner.has(Fault.VERBS_STOP_WITH_PAUSE) && owner.isPaused()) {
      return CompletableFuture.failedFuture(new IllegalStateException("It is paused."));
    }
    Delivery target = owner.has(Fault.LATE_VERB_SETTLES) ? owner.newest(id()) : delivery;
    CompletableFuture<Void> done = verb.apply(target);
    if (owner.has(Fault.SECOND_VERB_ACCEPTED)) {
      return done.exceptionally(error -> forgiven(error, SettleException.Reason.SETTLED_BEFORE));
    }
    return owner.has(Fault.GONE_IGNORED)
        ? done.exceptionally(error -> forgiven(error, SettleException.Reason.GONE))
        : done;
  }

  private static @Nullable Void forgiven(Throwable error, SettleException.Reason reason) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof SettleException refusal && refusal.reason() == reason) {
      return null;
    }
    throw new CompletionException(cause);
  }
}
