package dev.errand.broker.inmemory;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Holds what is due later. Guarded by the server's lock. */
final class Delays {
  static final Duration STEP = Duration.ofMillis(100);
  static final Duration LONGEST = STEP.multipliedBy(999_999_999);

  private final Server server;
  private final Load load;
  private final Map<Long, Publication> held = new HashMap<>();
  private long last;

  Delays(Server server, Load load) {
    this.server = server;
    this.load = load;
  }

  /** Holds it for a place that exists now; where it goes shows when it is due. */
  void hold(Publication publication) {
    server.topology().requirePlace(publication);
    long steps = publication.delay().plus(STEP).minusNanos(1).dividedBy(STEP);
    long number = ++last;
    held.put(number, Publication.of(publication.message(), publication.route()));
    load.add(publication.message());
    server.later(STEP.multipliedBy(steps), () -> server.run(() -> due(number)));
  }

  private void due(long number) {
    Publication publication = held.remove(number);
    if (publication == null) {
      // It was lost with all that the server had.
      return;
    }
    load.remove(publication.message());
    try {
      server.router().route(publication);
    } catch (PublishException homeless) {
      server.router().park(publication, homeless.reason());
    }
  }

  /** How many are held for places that nobody ever consumed. */
  Stream<String> stranded() {
    return held.values().stream()
        .filter(publication -> !server.topology().isAwaited(publication))
        .collect(groupingBy(publication -> "" + publication.route(), TreeMap::new, counting()))
        .entrySet()
        .stream()
        .map(each -> each.getValue() + " delayed for " + each.getKey());
  }

  /** Nothing is held any more. */
  void clear() {
    held.clear();
    load.clear();
  }
}
