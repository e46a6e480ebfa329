package dev.errand;

/** Why a handler is to end as soon as it can. */
public enum Cancellation {
  /**
   * Its task's time-out is over. It is interrupted, and its attempt has failed, whatever it does
   * now.
   */
  TIMED_OUT,

  /**
   * Its worker stops. It may go on for the rest of the grace period, and is interrupted then. One
   * that returns is done with its job; one that throws after the interrupt has its job given back,
   * at the cost of no attempt.
   */
  STOPPING,

  /**
   * The connection that its job came on is lost, or the server took the job back, as after its
   * consumer time-out. So the job runs once more, here or elsewhere, or is dead where it must never
   * run twice, and what the handler still does is done twice. It is not interrupted for that, and
   * what it returns or throws changes nothing. Told only where neither of the others is.
   */
  LOST
}
