package dev.errand.worker;

import dev.errand.broker.Delivery;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether what comes back from a lane is held to have taken its worker down, or whether a broker or
 * a network that failed is the suspect. Thread-safe: a loss may be told by whoever makes the
 * subscription again.
 */
final class Suspicion {
  /*
   * We know two things of our own. A job that we held when our connection was lost did not take us down: we live. And after a reconnect of
   * ours, what came back before we got anything fresh may have been held by others who lost theirs at the same moment. Each job is
   * excused so once in a reconnect: came it back once more meanwhile, then its worker was lost, and not our connection. What bears no id cannot
   * be told from others: the reconnect excuses each of these, and none is known as the one that we held.
   */
  private final Set<String> excused = new HashSet<>();
  private boolean consumed;
  private boolean reconnected;
  private @Nullable Delivery inHand;
  /** Not without an id, by which it would be known. */
  private @Nullable String heldAtLoss;

  /** The lane is consumed. */
  synchronized void consuming() {
    consumed = true;
  }

  /** Our consumer of the lane is lost; before it ever was there, none is. */
  synchronized void lost() {
    if (consumed) {
      heldAtLoss = inHand == null ? heldAtLoss : idOf(inHand);
      inHand = null;
      reconnected = true;
      excused.clear();
    }
  }

  private static @Nullable String idOf(Delivery delivery) {
    String id = delivery.message().id();
    return id.isEmpty() ? null : id;
  }

  /** It is not in hand any more: a loss that follows says nothing of it. */
  @SuppressWarnings("ReferenceEquality") // This very delivery: another of the same job is another.
  synchronized void settled(Delivery delivery) {
    if (inHand == delivery) {
      inHand = null;
    }
  }

  /** Whether a delivery of the lane that came back speaks against our connection. */
  synchronized boolean excuses(Delivery delivery) {
    String id = delivery.message().id();
    inHand = delivery;
    if (delivery.redeliveries() == 0) {
      reconnected = false;
      return false;
    }
    boolean ours = id.equals(heldAtLoss);
    if (ours) {
      heldAtLoss = null;
    }
    return (reconnected && (id.isEmpty() || excused.add(id))) || ours;
  }
}
