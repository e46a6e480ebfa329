package dev.errand.worker.decide;

/** Where a delivery was taken from and, if it came back, who is the suspect. */
public enum Whence {
  /** Its own queue, where it sat beside others: no one can tell the killer from its neighbours. */
  QUEUE,
  /** Its queue's lane, where it was alone with its worker. */
  LANE,
  /** Its queue's lane, while this worker has another suspect in hand: it does not run beside it. */
  LANE_BESIDE_A_SUSPECT,
  /** Its queue's lane, after this worker itself lost its connection: that is the suspect. */
  LANE_AFTER_OUR_RECONNECT
}
