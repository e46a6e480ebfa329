package dev.errand.broker.rabbit;

import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.TopologyException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One delivery of a consumer's channel. Its verbs only leave word; the settler and the copier
 * write.
 */
final class RabbitDelivery implements Delivery {
  /** How far its settling is. */
  enum Step {
    /** Takes a verb. */
    UNSETTLED,
    /** A copy is on its way; back to UNSETTLED when it fails. */
    COPYING,
    /** Waits for the settler to acknowledge it. */
    FINISHED,
    /** Waits for the settler to reject it. */
    REFUSED,
    /** The server has been told, or the channel is closed. */
    SETTLED
  }

  private final ConsumerChannel channel;
  private final long tag;
  private final Message message;
  private final int redeliveries;
  private final String dueKey;
  // Whoever moves it out of a step by compare-and-set answers for that step; so each verb is
  // answered once.
  private final AtomicReference<Step> step = new AtomicReference<>(Step.UNSETTLED);
  private volatile CompletableFuture<Void> answer = new CompletableFuture<>();

  RabbitDelivery(
      ConsumerChannel channel, long tag, Message message, int redeliveries, String dueKey) {
    this.channel = channel;
    this.tag = tag;
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
    return settle(Step.FINISHED);
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
    return settle(Step.REFUSED);
  }

  private CompletableFuture<Void> settle(Step wanted) {
    CompletableFuture<Void> verb = new CompletableFuture<>();
    if (channel.isDead() || !step.compareAndSet(Step.UNSETTLED, Step.COPYING)) {
      return unsettleable();
    }
    answer = verb;
    finish(wanted);
    return verb;
  }

  /** Leaves word for the settler. */
  private void finish(Step wanted) {
    step.set(wanted);
    channel.ready();
    // The channel's end may have passed it while it was COPYING.
    if (channel.isDead()) {
      gone(channel.answers());
    }
  }

  @Override
  public CompletableFuture<Void> release() {
    return replace(Publication.of(message, Route.queue(channel.queue())));
  }

  @Override
  public CompletableFuture<Void> replace(Publication copy) {
    CompletableFuture<Void> verb = new CompletableFuture<>();
    if (channel.isDead() || !step.compareAndSet(Step.UNSETTLED, Step.COPYING)) {
      return unsettleable();
    }
    answer = verb;
    channel.copy(new Copy(copy, verb));
    return verb;
  }

  private CompletableFuture<Void> unsettleable() {
    return CompletableFuture.failedFuture(exception(
        channel.isDead() ? SettleException.Reason.GONE : SettleException.Reason.SETTLED_BEFORE));
  }

  private SettleException exception(SettleException.Reason reason) {
    return new SettleException(reason, message.id(), channel.queue());
  }

  /** The key by which a relay sends it on; empty for all else. */
  String dueKey() {
    return dueKey;
  }

  long tag() {
    return tag;
  }

  Step step() {
    return step.get();
  }

  /** The settler has told the server. */
  boolean settled(Step from) {
    return step.compareAndSet(from, Step.SETTLED);
  }

  CompletableFuture<Void> answer() {
    return answer;
  }

  /**
   * The channel is closed: a verb that waits for the settler is told so. A copy on its way is told
   * when it ends.
   */
  void gone(Answers answers) {
    if (settled(Step.FINISHED) || settled(Step.REFUSED)) {
      answers.fail(answer, exception(SettleException.Reason.GONE));
    }
  }

  private final class Copy extends Confirm {
    private final CompletableFuture<Void> verb;

    Copy(Publication publication, CompletableFuture<Void> verb) {
      super(publication);
      this.verb = verb;
    }

    @Override
    void succeeded() {
      finish(Step.FINISHED);
    }

    @Override
    void failed(PublishException reason) {
      step.set(Step.UNSETTLED);
      channel
          .answers()
          .fail(verb, channel.isDead() ? exception(SettleException.Reason.GONE) : reason);
    }
  }
}
