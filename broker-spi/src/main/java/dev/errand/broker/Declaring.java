package dev.errand.broker;

/** What a broker does of what it is asked to declare: parameter {@code declare} of an address. */
public enum Declaring {
  /** Makes what is missing. */
  MAKE,
  /**
   * Makes, binds and deletes nothing, the backend's own parts included, in its whole life. A part
   * that is missing is reported: {@link Broker#declare} fails with
   * {@link TopologyException.Reason#MISSING}. What the server cannot show is taken as given; a
   * backend's documentation lists it.
   */
  CHECK
}
