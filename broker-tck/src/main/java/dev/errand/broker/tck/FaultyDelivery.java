package dev.errand.broker.tck;

import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.SettleException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
    Message message = delivery.message();
    if (owner.has(Fault.HEADERS_LOST)) {
      return message.copy().headers(Map.of()).build();
    }
    if (owner.has(Fault.PARKED_WITHOUT_REASON)) {
      return message.copy().header(Message.BROKER_REASON, null).build();
    }
    if (owner.has(Fault.LISTS_REVERSED)) {
      Map<String, Object> headers = new LinkedHashMap<>(message.headers());
      headers.replaceAll((name, value) -> value instanceof List<?> list ? reversed(list) : value);
      return message.copy().headers(headers).build();
    }
    return message;
  }

  private static List<?> reversed(List<?> list) {
    List<?> reversed = new ArrayList<>(list);
    Collections.reverse(reversed);
    return reversed;
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
    if (owner.has(Fault.COPY_INHERITS_COUNT)) {
      owner.count(id(), delivery.redeliveries());
    }
    if (owner.has(Fault.SECOND_DELAY_LOST) && copy.delayed() && owner.delayedBefore(id())) {
      return delivery.ack();
    }
    return settle(original -> original.replace(copy));
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
    Delivery target = owner.has(Fault.LATE_VERB_SETTLES) ? owner.newest(id()) : delivery;
    CompletableFuture<Void> done = verb.apply(target);
    return owner.has(Fault.SECOND_VERB_ACCEPTED) ? done.exceptionally(this::forgiven) : done;
  }

  private @Nullable Void forgiven(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof SettleException refusal
        && refusal.reason() == SettleException.Reason.SETTLED_BEFORE) {
      return null;
    }
    throw new CompletionException(cause);
  }
}
