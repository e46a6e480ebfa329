package dev.errand.broker.tck.kit;

/**
 * What the contract leaves to a backend to offer, beside what its
 * {@link dev.errand.broker.Capabilities} tell. Where a backend lacks it, the case shows that it is
 * refused or plainly not there, and is reported as refused.
 */
public enum Offer {
  /** Who connects has to prove who he is. */
  CREDENTIALS,
  /** What a user may do can be bounded. */
  PERMISSIONS,
  /** How often a message came back is counted exactly, also across a restart of the broker. */
  EXACT_REDELIVERIES,
  /** The broker can hold its publishers up while it goes on with everything else. */
  BLOCKED_PUBLISHERS,
  /** The broker takes back a delivery that is unsettled for too long. */
  CONSUMER_TIMEOUT,
  /**
   * The server takes bodies larger than {@link dev.errand.broker.Capabilities#maxBodyBytes()} from
   * who does not know of that limit, so that one may arrive.
   */
  LARGER_BODIES
}
