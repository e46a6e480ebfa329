package dev.errand.broker.rabbit;

import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.TopologyException;
import java.util.concurrent.CompletableFuture;

/**
 * One delivery of a consumer's channel. Its verbs only leave word; the settler and the copier
 * write.
 */
final class RabbitDelivery extends Settler.Entry implements Delivery {
  private final ConsumerChannel channel;
  private final Message message;
  private final int redeliveries;
  private final String dueKey;
  // Of the verb that has it; written by who took it.
  private volatile CompletableFuture<Void> answer = new CompletableFuture<>();

  RabbitDelivery(
      ConsumerChannel channel, long tag, Message message, int redeliveries, String dueKey) {
    super(channel.settler(), tag);
    this.channel = channel;
    this.message = message;
    this.redeliveries = redeliveries;
    this.dueKey = dueKey;
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public int redeliveries() {
    return redeliveries;
  }

  @Override
  public CompletableFuture<Void> ack() {
    CompletableFuture<Void> verb = new CompletableFuture<>();
    if (!take()) {
      return unsettleable();
    }
    answer = verb;
    finish();
    return verb;
  }

  @Override
  public CompletableFuture<Void> reject() {
    if (!channel.hasOverflow()) {
      return CompletableFuture.failedFuture(new TopologyException(
          TopologyException.Reason.MISSING,
          "overflow of queue '" + channel.queue() + "'",
          "Queue '" + channel.queue() + "' has no overflow to reject message " + message.id()
              + " into. It stays unsettled",
          "Declare the queue with an overflow through this broker, or replace the message",
          null));
    }
    CompletableFuture<Void> verb = new CompletableFuture<>();
    if (!take()) {
      return unsettleable();
    }
    answer = verb;
    refuse();
    return verb;
  }

  @Override
  public CompletableFuture<Void> release() {
    return replace(Publication.of(message, Route.queue(channel.queue())));
  }

  @Override
  public CompletableFuture<Void> replace(Publication copy) {
    CompletableFuture<Void> verb = new CompletableFuture<>();
    if (!take()) {
      return unsettleable();
    }
    answer = verb;
    channel.copy(new Copy(copy, verb));
    return verb;
  }

  private CompletableFuture<Void> unsettleable() {
    return CompletableFuture.failedFuture(
        exception(isOver() ? SettleException.Reason.GONE : SettleException.Reason.SETTLED_BEFORE));
  }

  private SettleException exception(SettleException.Reason reason) {
    return new SettleException(reason, message.id(), channel.queue());
  }

  /** The key by which a relay sends it on; empty for all else. */
  String dueKey() {
    return dueKey;
  }

  @Override
  void settled() {
    channel.answers().succeed(answer);
  }

  @Override
  void gone() {
    channel.answers().fail(answer, exception(SettleException.Reason.GONE));
  }

  private final class Copy extends Confirm {
    private final CompletableFuture<Void> verb;

    Copy(Publication publication, CompletableFuture<Void> verb) {
      super(publication);
      this.verb = verb;
    }

    @Override
    void succeeded() {
      finish();
    }

    @Override
    void failed(PublishException reason) {
      putBack();
      channel.answers().fail(verb, isOver() ? exception(SettleException.Reason.GONE) : reason);
    }
  }
}
