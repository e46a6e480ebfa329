package dev.errand.broker.rabbit;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * Why something does not go, for people.
 *
 * @param what what happened, with the values: one or more sentences without the last full stop
 * @param remedy what to do about it: one or more sentences without the last full stop
 */
record Trouble(String what, String remedy) {
  static final Trouble CLOSED = new Trouble("The broker is closed", "Open another one");

  /** All of these, each remedy once. */
  static Trouble all(List<Trouble> troubles) {
    return new Trouble(
        troubles.stream().map(Trouble::what).collect(joining(". ")),
        troubles.stream().map(Trouble::remedy).distinct().collect(joining(". ")));
  }

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
