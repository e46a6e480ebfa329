package dev.errand.broker.rabbit;

import static dev.errand.broker.Subscription.State.CLOSED;
import static dev.errand.broker.Subscription.State.RECOVERING;

import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription.State;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a subscription's receiver its deliveries and states, one call at a time. */
final class Teller {
  /*
   * Deliveries come on the client's consumer threads, states there, on the loop, and from who closes. Each is told under `turn`, and the
   * state changes under it too, so what the receiver hears has the order of what happened.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
  private static final Duration BEFORE_GIVING_BACK = Duration.ofSeconds(1);

  private final String queue;
  private final Receiver receiver;
  private final Loop loop;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile State state = RECOVERING;
  private String reason = "";

  /**
   * A teller that begins with RECOVERING, which it does not tell.
   *
   * @param loop where a delivery is given back that the receiver failed on
   */
  Teller(String queue, Receiver receiver, Loop loop) {
    this.queue = queue;
    this.receiver = receiver;
    this.loop = loop;
  }

  /** What was told last. */
  State state() {
    return state;
  }

  /** Whether it is the receiver that calls, from within what it is told. */
  boolean isTelling() {
    return turn.isHeldByCurrentThread();
  }

  /** Tells a delivery, unless its channel is over, or all is. */
  void deliver(ConsumerChannel from, RabbitDelivery delivery) {
    turn.lock();
    try {
      if (!from.isDead() && state != CLOSED) {
        receiver.receive(delivery);
      }
    } catch (RuntimeException | Error error) {
      LOG.error(
          "The receiver of queue '{}' failed on message {}; the message is given back in a second.",
          queue,
          delivery.message().id(),
          error);
      loop.after(BEFORE_GIVING_BACK, () -> giveBack(delivery));
    } finally {
      turn.unlock();
    }
  }

  private static void giveBack(RabbitDelivery delivery) {
    // Gone by now, or settled by the receiver before it failed: either is well.
    CompletableFuture<Void> unused = delivery.release();
  }

  /** Tells a state of no channel, with why it recovers. */
  void tell(State next, String why) {
    turn.lock();
    try {
      change(next, why);
    } finally {
      turn.unlock();
    }
  }

  /** Tells a state that a channel reached, unless the channel is over by now. */
  void tell(ConsumerChannel of, State next) {
    turn.lock();
    try {
      if (!of.isDead()) {
        change(next, "");
      }
    } finally {
      turn.unlock();
    }
  }

  /** Ends a channel, after which no delivery of it is told, and tells that. */
  void tellLost(ConsumerChannel channel, String why) {
    turn.lock();
    try {
      channel.die();
      change(RECOVERING, why);
    } finally {
      turn.unlock();
    }
  }

  /** By who has the turn. A state is news, and so is another reason to recover. */
  private void change(State next, String why) {
    boolean news =
        state == next ? next == RECOVERING && !why.equals(reason) : state.mayBecome(next);
    if (!news) {
      return;
    }
    state = next;
    reason = why;
    try {
      receiver.stateChanged(next, why);
    } catch (RuntimeException | Error error) {
      LOG.error(
          "The receiver of queue '{}' failed when told {}; consuming goes on.", queue, next, error);
    }
  }
}
