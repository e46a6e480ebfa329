package dev.errand.worker;

import java.util.concurrent.atomic.AtomicLong;

/** How many deliveries of the present connection are unsettled, and how many connections were. */
final class Hand {
  /*
   * Both in one word, the connections above: a delivery of an earlier connection is settled, or found to be gone, at any time, and must not
   * count for the present one.
   */
  private static final long ONE_EPOCH = 1L << 32;

  private final AtomicLong word = new AtomicLong();

  /** Counts the connections: a delivery of an earlier one is gone. */
  int epoch() {
    return epoch(word.get());
  }

  /** How many of the present connection are unsettled. */
  int size() {
    return (int) word.get();
  }

  /** Takes one; the epoch it came in. */
  int take() {
    return epoch(word.getAndIncrement());
  }

  /** One that was taken in this epoch is settled. Never below none, which were another epoch. */
  void settle(int epoch) {
    word.updateAndGet(now -> epoch(now) == epoch && (int) now > 0 ? now - 1 : now);
  }

  /** The connection is lost, and all of it gone. */
  void lose() {
    word.updateAndGet(now -> ((now >>> 32) << 32) + ONE_EPOCH);
  }

  private static int epoch(long word) {
    return (int) (word >>> 32);
  }
}
