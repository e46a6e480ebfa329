package dev.errand.broker.rabbit;

/**
 * Why something does not go, for people.
 *
 * @param what what happened, with the values: one or more sentences without the last full stop
 * @param remedy what to do about it: a sentence without a full stop
 */
record Trouble(String what, String remedy) {
  static final Trouble CLOSED = new Trouble("The broker is closed", "Open another one");

  /** What happened, then what follows, then the remedy. */
  String with(String consequence) {
    return what + ". " + consequence + " " + remedy + ".";
  }

  /** Whole sentences. */
  @Override
  public String toString() {
    return what + ". " + remedy + ".";
  }
}
