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
  STOPPING
}
