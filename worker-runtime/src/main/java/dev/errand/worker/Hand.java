package dev.errand.worker;

/**
 * How many deliveries of one subscription are unsettled, and how many of these keep a place of its
 * consumer closed. Thread-safe.
 */
final class Hand {
  /*
   * A turn ends when a consumer is confirmed, and when all is lost. What came before the last loss is gone: it is settled, or found to be
   * gone, at any time, and must not count. What came in an earlier turn and was kept is carried: a consumer that is made while some are in
   * hand may have a place less for each, and by the contract of a resume another place less, until it is settled.
   */
  private int turn;
  private volatile int firstKept;
  private int size;
  private int carried;

  /** Takes one; the turn in which it came. */
  synchronized int take() {
    size++;
    return turn;
  }

  /** One that came in this turn is settled. Never below none, which were others. */
  synchronized void settle(int cameIn) {
    if (!lost(cameIn) && size > 0) {
      size--;
      if (cameIn != turn && carried > 0) {
        carried--;
      }
    }
  }

  /** Another consumer is confirmed, and what is in hand stays there. */
  synchronized void carry() {
    turn++;
    carried = size;
  }

  /** The consumer is lost, and all of it gone. */
  synchronized void lose() {
    turn++;
    firstKept = turn;
    size = 0;
    carried = 0;
  }

  /** Whether what came in this turn is gone. */
  boolean lost(int cameIn) {
    return cameIn < firstKept;
  }

  /** How many are unsettled. */
  synchronized int size() {
    return size;
  }

  /** Whether the broker has a place to fill, of so many. */
  synchronized boolean hasRoom(int places) {
    return size + carried < places;
  }
}
