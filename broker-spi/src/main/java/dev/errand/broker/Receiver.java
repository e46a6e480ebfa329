package dev.errand.broker;

/**
 * The upward side of a subscription. The backend calls one method at a time, each call after the
 * former has ended and seeing its effects, on a thread of its choosing, possibly inside
 * {@code publish} or a verb of another delivery. A receiver only hands over: it does not block,
 * call {@code publish}, or run user code; verbs are allowed. What it throws is reported, the
 * delivery stays unsettled for a second and is released, and deliveries go on.
 */
@FunctionalInterface
public interface Receiver {
  /**
   * Takes a delivery; from now on it counts against the prefetch until a verb settles it or the
   * connection is lost.
   */
  void receive(Delivery delivery);

  /**
   * Tells each change of state. {@link Subscription.State#RECOVERING} comes after the last delivery
   * of the lost connection and before the first of the next; every delivery received before it is
   * gone; while recovering, a changed reason is told likewise. {@link Subscription.State#CONSUMING}
   * is told only when the broker has confirmed the consumer on the present connection.
   *
   * @param reason why, for people, in a sentence or more; empty where there is nothing to say
   */
  default void stateChanged(Subscription.State state, String reason) {}
}
