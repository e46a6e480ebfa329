package dev.errand.worker;

import dev.errand.worker.decide.Counters;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one job of all lanes of a worker that is held to have taken a worker down before. Two at once
 * in hand no loss could tell apart, so any other is put aside, and the one begins a moment later
 * than it came, when the others are. It is in hand until the broker has taken what it is settled
 * by: one whose copy waits would come back with the other, and could not be told from it.
 * Thread-safe.
 */
final class Suspect {
  /** Enough for a copy to be made of what came together with it. */
  static final Duration HEAD_START = Duration.ofMillis(500);

  private @Nullable Taken inHand;

  static boolean is(Taken taken) {
    return taken.delivery().redeliveries() == 0
        && Counters.of(taken.delivery().message()).crashes() > 0;
  }

  /** Whether it is the one from now on; not while there is another whose connection is not lost. */
  synchronized boolean enter(Taken taken) {
    boolean free = inHand == null || inHand.gone();
    if (free) {
      inHand = taken;
    }
    return free;
  }

  /** It is settled, or its handler is given up. */
  @SuppressWarnings("ReferenceEquality") // This very delivery: another of the same job is another.
  synchronized void leave(Taken taken) {
    if (inHand == taken) {
      inHand = null;
    }
  }
}
