package dev.errand.broker.tck;

import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription.State;
import dev.errand.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A receiver that writes down what it is told, in order, and settles as the case says. */
final class Probe implements Receiver {
  /*
   * The backend's threads write, the case's thread reads; all state is guarded by `this`, which is
   * not held while the case's action runs.
   */
  private final Time time;
  private final Runnable wake;
  private final Consumer<Delivery> action;
  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<Long> arrivals = new ArrayList<>();
  private final List<State> states = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();
  private int inside;
  private boolean overlapped;

  Probe(Time time, Runnable wake, Consumer<Delivery> action) {
    this.time = time;
    this.wake = wake;
    this.action = action;
  }

  @Override
  public void receive(Delivery delivery) {
    enter();
    synchronized (this) {
      deliveries.add(delivery);
      arrivals.add(time.nanoTime());
    }
    try {
      action.accept(delivery);
    } finally {
      leave();
    }
  }

  @Override
  public void stateChanged(State state, String reason) {
    enter();
    synchronized (this) {
      states.add(state);
      reasons.add(reason);
    }
    leave();
  }

  private synchronized void enter() {
    overlapped |= inside++ > 0;
  }

  private void leave() {
    synchronized (this) {
      inside--;
    }
    wake.run();
  }

  /** What arrived so far, in order. */
  synchronized List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  synchronized int count() {
    return deliveries.size();
  }

  /** The ids of what arrived so far, in order. */
  synchronized List<String> ids() {
    return deliveries.stream().map(delivery -> delivery.message().id()).toList();
  }

  boolean has(String id) {
    return ids().contains(id);
  }

  /** The first delivery of this message; it has arrived. */
  synchronized Delivery of(String id) {
    return deliveries.get(ids().indexOf(id));
  }

  synchronized Delivery delivery(int index) {
    return deliveries.get(index);
  }

  synchronized Delivery last() {
    return deliveries.get(deliveries.size() - 1);
  }

  /** When the delivery arrived, in the time's nanoseconds. */
  synchronized long arrival(int index) {
    return arrivals.get(index);
  }

  synchronized List<State> states() {
    return List.copyOf(states);
  }

  /** The states, but for those told again with another reason. */
  synchronized List<State> changes() {
    List<State> changes = new ArrayList<>();
    for (State told : states) {
      if (changes.isEmpty() || changes.get(changes.size() - 1) != told) {
        changes.add(told);
      }
    }
    return changes;
  }

  /** Why, for each of the states. */
  synchronized List<String> reasons() {
    return List.copyOf(reasons);
  }

  /** Why it was RECOVERING, each time it was told, but for the beginning. */
  synchronized List<String> reasonsOfLoss() {
    return IntStream.range(Math.max(0, states.indexOf(State.CONSUMING)), states.size())
        .filter(at -> states.get(at) == State.RECOVERING)
        .mapToObj(reasons::get)
        .toList();
  }

  /** Whether a call of this receiver runs. */
  synchronized boolean isInside() {
    return inside > 0;
  }

  /** Whether two calls ever ran at a time. */
  synchronized boolean overlapped() {
    return overlapped;
  }

  @Override
  public synchronized String toString() {
    int size = deliveries.size();
    return size + " deliveries, the last "
        + deliveries.subList(Math.max(0, size - 5), size).stream()
            .map(delivery ->
                delivery.message().id() + " (redeliveries " + delivery.redeliveries() + ")")
            .toList()
        + ", states " + states;
  }
}
