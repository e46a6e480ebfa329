package dev.errand.broker;

import java.util.concurrent.CompletableFuture;

/**
 * A message in our hands until it is settled. One verb settles it, once, from any thread, also
 * after a pause, without waiting. If a verb's future fails with a {@link PublishException} or a
 * {@link TopologyException}, the delivery is still unsettled and takes another verb. A verb on a
 * settled or gone delivery does nothing but fail its future with {@link SettleException}.
 */
public interface Delivery {
  /** What arrived. */
  Message message();

  /**
   * How often the message came back without having been released, since it was published: consumer,
   * connection or broker died with it, or held it beyond the server's time-out. Exact where the
   * broker counts; where it knows only whether, 0 or 1. A copy starts at 0; what the broker itself
   * moved to an overflow may bring its count along. Innocent neighbours of a crash are counted too:
   * it is a suspicion, not a verdict.
   */
  int redeliveries();

  /**
   * Done with it: leaves the queue. Completes when the broker knows or, where brokers do not
   * answer, when it is on its way: an acknowledgement that is lost brings the message back.
   */
  CompletableFuture<Void> ack();

  /**
   * Gives it back, to be delivered at once to anyone, and never counted in {@link #redeliveries()}
   * nor towards a limit of the server: where a server counts what is given back, this is a
   * {@link #replace} by the same. It may go to the end of the queue. While the broker blocks
   * publishing, such a replace waits, and a close meanwhile leaves the message unsettled: it comes
   * back, and that is counted, once.
   */
  CompletableFuture<Void> release();

  /**
   * Puts the copy in its place. The message leaves the queue only when the copy is as safe as
   * {@link Broker#publish} makes it; in one step where the backend can, else first the one and then
   * the other, so that a crash between the two leaves both and never neither. Its room is the
   * prefetch, not the publish window: it never waits. The limits on body and headers that we
   * publish do not bind a copy of what arrived: it is held against {@link Capabilities#checkCopy}.
   */
  CompletableFuture<Void> replace(Publication copy);

  /**
   * Moves it as it is into the queue's overflow, {@link Message#BROKER_REASON} {@code rejected}, in
   * one step of the broker. The last resort for what cannot be copied. Without an overflow it fails
   * with {@link TopologyException.Reason#MISSING} and stays unsettled.
   */
  CompletableFuture<Void> reject();
}
