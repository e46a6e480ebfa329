package dev.errand.worker;

import dev.errand.broker.Delivery;
import dev.errand.worker.decide.Whence;
import java.util.concurrent.atomic.AtomicLong;

/** What comes from a queue, or from its lane: counted, and known by where it came from. */
final class Arrivals {
  private final String queue;
  private final Whence usual;
  private final Reception reception;
  private final Hand hand = new Hand();
  private final Suspicion suspicion = new Suspicion();
  private final AtomicLong received = new AtomicLong();

  /**
   * Of a subscription.
   *
   * @param queue whose jobs come: a lane is a part of its queue
   * @param usual where they come from, while no connection of ours was lost
   */
  Arrivals(String queue, Whence usual, Reception reception) {
    this.queue = queue;
    this.usual = usual;
    this.reception = reception;
  }

  String queue() {
    return queue;
  }

  /** On a thread of the broker's. */
  void take(Delivery delivery) {
    received.incrementAndGet();
    reception.take(new Taken(this, delivery, hand.take(), whence(delivery), reception.now()));
  }

  private Whence whence(Delivery delivery) {
    return usual == Whence.LANE && suspicion.excuses(delivery)
        ? Whence.LANE_AFTER_OUR_RECONNECT
        : usual;
  }

  /** The broker has confirmed a consumer, which brings what comes from now on. */
  void consuming() {
    hand.carry();
    suspicion.consuming();
    reception.connected();
  }

  /** The consumer is lost, and all that it brought is gone. */
  void lost() {
    hand.lose();
    suspicion.lost();
    reception.lost();
  }

  /** A delivery of ours is settled, or was found to be gone. */
  void settled(Taken taken) {
    hand.settle(taken.turn());
    suspicion.settled(taken.delivery());
    noLongerSuspect(taken);
  }

  /** Another may be the suspect from now on. */
  void noLongerSuspect(Taken taken) {
    reception.noLongerSuspect(taken);
  }

  /** Whether it is gone, so that it will be delivered again. */
  boolean lost(Taken taken) {
    return hand.lost(taken.turn());
  }

  /** How many came since it began. */
  long received() {
    return received.get();
  }

  /** Whether nothing is in hand. */
  boolean settled() {
    return hand.size() == 0;
  }

  /** Whether one more may come, where at most so many are in hand. */
  boolean haveRoom(int prefetch) {
    return hand.hasRoom(prefetch);
  }
}
