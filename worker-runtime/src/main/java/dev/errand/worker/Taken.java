package dev.errand.worker;

import dev.errand.broker.Delivery;
import dev.errand.worker.decide.Whence;
import java.time.Duration;

/**
 * A delivery in our hands, not yet looked at.
 *
 * @param from who took it
 * @param delivery what was delivered
 * @param turn in which it came, as {@link Hand} counts them
 * @param whence where it was taken from
 * @param since when it came, in nanoseconds of monotonic time
 * @param progress how far it is
 */
record Taken(
    Arrivals from, Delivery delivery, int turn, Whence whence, long since, Progress progress) {
  /** One that has just come. */
  Taken(Arrivals from, Delivery delivery, int turn, Whence whence, long since) {
    this(from, delivery, turn, whence, since, new Progress());
  }

  String queue() {
    return from.queue();
  }

  /** Whether it is another delivery of a job, by all that tells them. */
  boolean isOfTheJobOf(Taken other) {
    String id = delivery.message().id();
    return !id.isEmpty()
        && id.equals(other.delivery.message().id())
        && queue().equals(other.queue())
        && !equals(other);
  }

  /** The same, while another suspect is in hand. */
  Taken besideASuspect() {
    return new Taken(from, delivery, turn, Whence.LANE_BESIDE_A_SUSPECT, since, progress);
  }

  /** Another may be the suspect from now on, though this is not settled. */
  void noLongerSuspect() {
    from.noLongerSuspect(this);
  }

  /** How long it is in our hands. */
  Duration heldFor(long now) {
    return Duration.ofNanos(now - since);
  }

  /** Whether the connection it came on is lost, so that it will be delivered again. */
  boolean gone() {
    return from.lost(this);
  }
}
