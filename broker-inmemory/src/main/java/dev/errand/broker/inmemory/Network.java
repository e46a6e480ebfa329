package dev.errand.broker.inmemory;

import java.util.ArrayList;
import java.util.List;

/** What lies between handles and their server, and can be broken. Guarded by the server's lock. */
final class Network {
  private List<Runnable> confirmations = new ArrayList<>();
  private List<Runnable> arrivals = new ArrayList<>();
  private boolean holding;
  private boolean swallowing;
  private int swallows;

  /** From here on confirmations are kept back. */
  void hold() {
    holding = true;
  }

  /** From here on nothing passes. Returns the number of this time. */
  int swallow() {
    swallowing = true;
    return ++swallows;
  }

  boolean isSwallowing() {
    return swallowing;
  }

  /** Whether nothing has passed since then. */
  boolean isSwallowing(int number) {
    return swallowing && swallows == number;
  }

  /** All passes again. Returns what was on its way to the server, in its order. */
  List<Runnable> flow() {
    List<Runnable> late = arrivals;
    arrivals = new ArrayList<>();
    swallowing = false;
    holding = false;
    return late;
  }

  /** The confirmations that were kept back, after {@link #flow}. */
  List<Runnable> kept() {
    List<Runnable> late = confirmations;
    confirmations = new ArrayList<>();
    return late;
  }

  /** Whether it passes now; where it does not, it is kept. */
  boolean passes(Runnable arrival) {
    if (swallowing) {
      arrivals.add(arrival);
    }
    return !swallowing;
  }

  /** As {@link #passes}, for an answer of the server. */
  boolean comesBack(Runnable confirmation) {
    if (holding || swallowing) {
      confirmations.add(confirmation);
      return false;
    }
    return true;
  }
}
