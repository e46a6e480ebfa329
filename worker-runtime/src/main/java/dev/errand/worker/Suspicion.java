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
   * excused so once in a reconnect: came it back once more meanwhile, then its worker was lost, and not our connection.
   */
  private final Set<String> excused = new HashSet<>();
  private boolean consumed;
  private boolean reconnected;
  private @Nullable String inHand;
  private @Nullable String heldAtLoss;

  /** The lane is consumed. */
  synchronized void consuming() {
    consumed = true;
  }

  /** Our consumer of the lane is lost; before it ever was there, none is. */
  synchronized void lost() {
    if (consumed) {
      heldAtLoss = inHand == null ? heldAtLoss : inHand;
      inHand = null;
      reconnected = true;
      excused.clear();
    }
  }

  /** Whether a delivery of the lane that came back speaks against our connection. */
  synchronized boolean excuses(Delivery delivery) {
    String id = delivery.message().id();
    inHand = id;
    if (delivery.redeliveries() == 0) {
      reconnected = false;
      return false;
    }
    boolean ours = id.equals(heldAtLoss);
    if (ours) {
      heldAtLoss = null;
    }
    return (reconnected && excused.add(id)) || ours;
  }
}
