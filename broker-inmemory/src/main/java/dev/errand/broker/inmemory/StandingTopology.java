package dev.errand.broker.inmemory;

import static dev.errand.broker.PublishException.Reason.UNROUTABLE;
import static java.util.stream.Collectors.toSet;

import dev.errand.broker.Binding;
import dev.errand.broker.Exchange;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What stands on a server: queues, exchanges, bindings. Guarded by the server's lock. */
final class StandingTopology {
  private final int levels;
  private final Load load;
  private final Runnable queueMade;
  private final Map<String, MemoryQueue> queues = new HashMap<>();
  private final Map<String, Exchange> exchanges = new HashMap<>();
  private final Set<Binding> bindings = new LinkedHashSet<>();

  /**
   * Nothing yet.
   *
   * @param levels how many priorities a queue may have
   * @param load counts what lies in its queues
   * @param queueMade runs when a queue was made: consumers may wait for it
   */
  StandingTopology(int levels, Load load, Runnable queueMade) {
    this.levels = levels;
    this.load = load;
    this.queueMade = queueMade;
  }

  @Nullable
  MemoryQueue queue(String name) {
    return queues.get(name);
  }

  /** Makes a part that is not there; refuses one that differs. */
  void declare(Topology part) {
    if (part instanceof Queue queue) {
      declareQueue(queue);
    } else if (part instanceof Exchange exchange) {
      Exchange found = exchanges.putIfAbsent(exchange.name(), exchange);
      if (found != null && found.type() != exchange.type()) {
        throw TopologyException.different(
            "exchange '" + exchange.name() + "'", "type", exchange.type(), found.type(), null);
      }
    } else if (part instanceof Binding binding) {
      require(exchanges.containsKey(binding.exchange()), "exchange '" + binding.exchange() + "'");
      require(queues.containsKey(binding.queue()), "queue '" + binding.queue() + "'");
      bindings.add(binding);
    }
  }

  private void declareQueue(Queue wanted) {
    if (wanted.priorities() > levels) {
      throw TopologyException.tooManyPriorities(wanted, levels);
    }
    if (wanted.overflow() != null) {
      require(queues.containsKey(wanted.overflow()), "queue '" + wanted.overflow() + "'");
    }
    MemoryQueue found = queues.get(wanted.name());
    if (found == null) {
      makeQueue(wanted.name(), wanted.overflow(), wanted.priorities());
    } else if (!Objects.equals(found.overflow(), wanted.overflow())) {
      throw TopologyException.different(
          "queue '" + wanted.name() + "'", "overflow", wanted.overflow(), found.overflow(), null);
    } else if (found.priorities() != wanted.priorities()) {
      throw TopologyException.different(
          "queue '" + wanted.name() + "'",
          "priorities",
          wanted.priorities(),
          found.priorities(),
          null);
    }
  }

  private static void require(boolean there, String part) {
    if (!there) {
      throw TopologyException.missing(part, part);
    }
  }

  private MemoryQueue makeQueue(String name, @Nullable String overflow, int priorities) {
    MemoryQueue made = new MemoryQueue(name, overflow, priorities, load.part());
    queues.put(name, made);
    queueMade.run();
    return made;
  }

  /** Where lies what has no place any more; made when first needed. */
  MemoryQueue parking() {
    MemoryQueue there = queues.get(Queue.UNROUTABLE);
    return there != null ? there : makeQueue(Queue.UNROUTABLE, null, 0);
  }

  /** Refuses a part that does not stand here, or differs; makes nothing. */
  void check(Topology part) {
    if (part instanceof Queue queue) {
      checkThere(queues.containsKey(queue.name()), "queue '" + queue.name() + "'");
      declareQueue(queue);
    } else if (part instanceof Exchange exchange) {
      checkThere(exchanges.containsKey(exchange.name()), "exchange '" + exchange.name() + "'");
      declare(exchange);
    } else if (part instanceof Binding binding) {
      checkThere(
          bindings.contains(binding),
          "binding of queue '" + binding.queue() + "' to exchange '" + binding.exchange() + "'");
    }
  }

  private static void checkThere(boolean there, String part) {
    if (!there) {
      throw TopologyException.notMade(part, null);
    }
  }

  /** Refuses a level that the queue has not; through an exchange, no queue is known before. */
  void checkLevel(Publication publication) {
    MemoryQueue target =
        publication.route() instanceof Route.ToQueue to ? queues.get(to.queue()) : null;
    int most = target == null ? 0 : target.priorities();
    if (most > 0 && publication.message().priority() >= most) {
      throw PublishException.beyondLevels(publication, most);
    }
  }

  /** Deletes a queue with all that lies in it, and its bindings. */
  void deleteQueue(String gone) {
    MemoryQueue deleted = queues.remove(gone);
    if (deleted != null) {
      deleted.discard();
    }
    bindings.removeIf(binding -> binding.queue().equals(gone));
  }

  /** Deletes an exchange, and its bindings. */
  void deleteExchange(String gone) {
    exchanges.remove(gone);
    bindings.removeIf(binding -> binding.exchange().equals(gone));
  }

  /** Nothing stands here any more. */
  void clear() {
    queues.values().forEach(MemoryQueue::discard);
    queues.clear();
    exchanges.clear();
    bindings.clear();
  }

  /** What stands here, one line for each. */
  List<String> inventory() {
    List<String> found = new ArrayList<>();
    queues.forEach((queue, held) -> {
      found.add("queue '" + queue + "'");
      found.addAll(
          Collections.nCopies((int) held.consumers(), "consumer of queue '" + queue + "'"));
    });
    exchanges.values().forEach(exchange -> found.add("exchange " + exchange));
    bindings.forEach(binding -> found.add("binding " + binding));
    return found;
  }

  /** The queues in which a message arrives that is sent now. */
  Set<MemoryQueue> targets(Publication publication) {
    Set<MemoryQueue> targets = new LinkedHashSet<>();
    if (publication.route() instanceof Route.ToQueue to) {
      MemoryQueue queue = queues.get(to.queue());
      if (queue != null) {
        targets.add(queue);
      }
    } else if (publication.route() instanceof Route.ToExchange to) {
      Exchange exchange = exchange(publication, to);
      for (Binding binding : bindings) {
        MemoryQueue queue = queues.get(binding.queue());
        if (queue != null
            && binding.exchange().equals(to.exchange())
            && binding.matches(exchange.type(), to.key(), publication.message().headers())) {
          targets.add(queue);
        }
      }
    }
    return targets;
  }

  private Exchange exchange(Publication publication, Route.ToExchange to) {
    Exchange exchange = exchanges.get(to.exchange());
    if (exchange == null) {
      throw new PublishException(
          UNROUTABLE,
          publication,
          "There is no exchange '" + to.exchange() + "'",
          "Declare the exchange, and publish it again then",
          null);
    }
    return exchange;
  }

  /** Refuses a delay for a place that does not exist now. */
  void requirePlace(Publication delayed) {
    if (delayed.route() instanceof Route.ToQueue to && !queues.containsKey(to.queue())) {
      throw new PublishException(
          UNROUTABLE,
          delayed,
          "There is no queue '" + to.queue() + "' to delay it for",
          "Declare it first",
          null);
    }
    if (delayed.route() instanceof Route.ToExchange to) {
      exchange(delayed, to);
    }
  }

  /** Whether somebody ever consumed a queue where this goes. */
  boolean isAwaited(Publication publication) {
    boolean gone =
        publication.route() instanceof Route.ToExchange to && !exchanges.containsKey(to.exchange());
    return !gone && targets(publication).stream().anyMatch(MemoryQueue::wasConsumed);
  }

  /** Queues with jobs that nobody ever consumed; dead letters are nobody's to consume. */
  Stream<MemoryQueue> stranded() {
    Set<String> overflows = queues.values().stream()
        .map(queue -> Objects.requireNonNullElse(queue.overflow(), ""))
        .collect(toSet());
    overflows.add(Queue.UNROUTABLE);
    return queues.values().stream()
        .filter(queue -> queue.isStranded() && !overflows.contains(queue.name()));
  }
}
