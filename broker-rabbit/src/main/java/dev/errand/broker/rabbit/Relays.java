package dev.errand.broker.rabbit;

import dev.errand.broker.Exchange;
import dev.errand.broker.Topology;
import dev.errand.time.Scheduler;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The relays of a broker: one for each exchange through which it has delayed something, and, once
 * it subscribes to anything, one for each that it has declared. Thread-safe.
 */
final class Relays {
  private final ConsumeSide side;
  private final Scheduler timer;
  private final Map<String, Relay> relays = new ConcurrentHashMap<>();
  private final Set<String> declared = new HashSet<>();
  private boolean subscribed;
  private boolean closed;

  Relays(ConsumeSide side, Scheduler timer) {
    this.side = side;
    this.timer = timer;
  }

  /** Something is about to be delayed through this exchange. */
  void delayed(String exchange) {
    if (!relays.containsKey(exchange)) {
      open(exchange);
    }
  }

  /** These parts stand. */
  synchronized void declared(Topology... parts) {
    for (Topology part : parts) {
      if (part instanceof Exchange exchange && declared.add(exchange.name()) && subscribed) {
        open(exchange.name());
      }
    }
  }

  /** The broker consumes. */
  synchronized void subscribed() {
    if (!subscribed) {
      subscribed = true;
      declared.forEach(this::open);
    }
  }

  private synchronized void open(String exchange) {
    if (!closed) {
      relays.computeIfAbsent(exchange, named -> new Relay(named, side, timer)).open();
    }
  }

  /** Has all take nothing more; the future completes when nothing is on its way any more. */
  CompletableFuture<Void> stop() {
    synchronized (this) {
      closed = true;
    }
    return CompletableFuture.allOf(
        relays.values().stream().map(Relay::stop).toArray(CompletableFuture<?>[]::new));
  }
}
