package dev.errand.broker.tck;

import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** What a broker makes of what it is asked to declare. */
final class FaultyDeclaring {
  /** Who declared what first; names are unique per case. */
  private static final Map<Topology, FaultyDeclaring> OWNERS = new ConcurrentHashMap<>();

  private final Broker broker;
  private final Fault fault;
  private final Set<Topology> declared = new HashSet<>();

  FaultyDeclaring(Broker broker, Fault fault) {
    this.broker = broker;
    this.fault = fault;
  }

  private boolean has(Fault other) {
    return fault == other;
  }

  /** The queues that were bound to this exchange more than once. */
  synchronized List<String> boundTwice(String exchange) {
    List<String> bound = bound(exchange);
    return bound.stream()
        .filter(queue -> Collections.frequency(bound, queue) > 1)
        .distinct()
        .toList();
  }

  /** The queues that were bound to this exchange, once for each binding. */
  synchronized List<String> bound(String exchange) {
    List<String> bound = new ArrayList<>();
    for (Topology part : declared) {
      if (part instanceof Binding binding && binding.exchange().equals(exchange)) {
        bound.add(binding.queue());
      }
    }
    return bound;
  }

  /** The queues that were declared here. */
  synchronized List<Queue> queues() {
    return declared.stream()
        .filter(Queue.class::isInstance)
        .map(Queue.class::cast)
        .toList();
  }

  synchronized CompletableFuture<Void> declare(Topology... parts) {
    boolean known = !declared.addAll(List.of(parts));
    if (known && has(Fault.SECOND_DECLARE_FAILS)) {
      return CompletableFuture.failedFuture(new TopologyException(
          TopologyException.Reason.DIFFERENT, "" + parts[0], "It is there", "Go on", null));
    }
    if (has(Fault.FOREIGN_PART_REFUSED) && isForeign(parts)) {
      return CompletableFuture.failedFuture(new TopologyException(
          TopologyException.Reason.DIFFERENT, "" + parts[0], "It is foreign", "Go on", null));
    }
    CompletableFuture<Void> done =
        broker.declare(Arrays.stream(parts).map(this::changed).toArray(Topology[]::new));
    if (has(Fault.DIFFERENCE_UNNAMED)) {
      return done.exceptionally(error -> {
        throw unnamed(error);
      });
    }
    if (has(Fault.FORBIDDEN_CALLED_MISSING)) {
      return done.exceptionally(error -> {
        throw new CompletionException(TopologyException.missing("" + parts[0], "" + parts[0]));
      });
    }
    if (has(Fault.DECLARES_EARLY)) {
      return done.isCompletedExceptionally() ? done : CompletableFuture.completedFuture(null);
    }
    return has(Fault.DIFFERENCE_IGNORED) || has(Fault.UNSUPPORTED_IGNORED)
        ? done.exceptionally(ignored -> null)
        : done;
  }

  private boolean isForeign(Topology... parts) {
    return Arrays.stream(parts)
        .anyMatch(part -> OWNERS.computeIfAbsent(part, none -> this) != this);
  }

  private static CompletionException unnamed(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return new CompletionException(
        cause instanceof TopologyException different
            ? new TopologyException(
                different.reason(), different.part(), "It is another", "Look for it", null)
            : cause);
  }

  private Topology changed(Topology part) {
    if (part instanceof Exchange exchange) {
      if (has(Fault.DIRECT_IS_FANOUT) && exchange.type() == Exchange.Type.DIRECT) {
        return Exchange.fanout(exchange.name());
      }
      if (has(Fault.FANOUT_IS_DIRECT) && exchange.type() == Exchange.Type.FANOUT) {
        return Exchange.direct(exchange.name());
      }
    } else if (part instanceof Binding binding) {
      return new Binding(binding.exchange(), binding.queue(), changed(binding.match()));
    }
    return part;
  }

  private Binding.Match changed(Binding.Match match) {
    if (has(Fault.STAR_IS_HASH) && match instanceof Binding.Key key) {
      return new Binding.Key(key.pattern().replace('*', '#'));
    }
    if (has(Fault.ALL_IS_ANY) && match instanceof Binding.AllOf all) {
      return new Binding.AnyOf(all.headers());
    }
    return match;
  }
}
