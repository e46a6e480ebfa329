package dev.errand.broker.inmemory;

import static dev.errand.broker.PublishException.Reason.REJECTED;
import static dev.errand.broker.PublishException.Reason.UNROUTABLE;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.errand.broker.Binding;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What stands behind the handles of one name: queues, exchanges, delays. */
final class Server {
  /*
   * One lock guards all state, here and in queues, handles and subscriptions. Whoever holds it only changes state, and notes in `after` what
   * is to be called: receivers, completions. These are called when the outermost holder has let go, on its thread.
   */
  static final Duration STEP = Duration.ofMillis(100);
  static final Duration SILENCE = Duration.ofSeconds(20);
  private static final int LEVELS = 32;
  static final Capabilities CAPABILITIES = new Capabilities(
      "in memory",
      16 * 1024 * 1024,
      STEP.multipliedBy(999_999_999),
      STEP,
      Queue.Durability.NOTHING,
      Map.of(Queue.Durability.REPLICATED, LEVELS, Queue.Durability.DURABLE, LEVELS));

  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  private static final Map<String, Server> SHARED = new HashMap<>();

  private final String name;
  private final Time time;
  private final Scheduler scheduler;
  private final Object lock = new Object();
  private final Map<String, MemoryQueue> queues = new HashMap<>();
  private final Map<String, Exchange> exchanges = new HashMap<>();
  private final Set<Binding> bindings = new LinkedHashSet<>();
  private final Set<String> refusing = new HashSet<>();
  private final Set<InMemoryBroker> handles = new LinkedHashSet<>();
  private final Set<MemoryQueue> touched = new LinkedHashSet<>();
  private List<Runnable> after = new ArrayList<>();
  private int depth;
  private final Network network = new Network();
  private final Admission admission = new Admission();
  private boolean down;
  private int users;

  private Server(String name, Time time) {
    this.name = name;
    this.time = time;
    this.scheduler = time.scheduler("errand-memory-" + (name.isEmpty() ? "private" : name));
  }

  /** The server of this name, which another handle now uses; a new one where the name is empty. */
  static Server named(String name, Time time) {
    synchronized (SHARED) {
      Server server = name.isEmpty()
          ? new Server(name, time)
          : SHARED.computeIfAbsent(name, missing -> new Server(missing, time));
      if (!server.time.equals(time)) {
        throw new IllegalArgumentException("Address 'memory:" + name
            + "' is open on another clock. Open it with the same Time, or choose another name.");
      }
      server.users++;
      return server;
    }
  }

  /** A handle is closed; with the last one the server ends. */
  void leave(InMemoryBroker handle) {
    run(() -> handles.remove(handle));
    synchronized (SHARED) {
      if (--users > 0) {
        return;
      }
      SHARED.remove(name, this);
    }
    scheduler.close();
    warnOfTheStranded();
  }

  /**
   * A worker in another process has a broker of its own under the same address, and waits there for
   * ever. Not so where nobody else was meant to come, or where a test moves the clock.
   */
  private void warnOfTheStranded() {
    if (name.isEmpty() || !time.equals(Time.system())) {
      return;
    }
    String stranded = change(this::stranded);
    if (!stranded.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "'memory:" + name + "' is closed, and jobs that nobody ever consumed are lost: "
              + stranded + ". A broker in memory lives in one process, and a worker in another "
              + "never meets it. Run the worker in this process, or give both an amqp:// address.");
    }
  }

  Time time() {
    return time;
  }

  void later(Duration delay, Runnable action) {
    scheduler.after(delay, action);
  }

  /**
   * Changes state under the lock, hands out what can be delivered, and calls what was noted, also
   * by a change that throws in the end.
   */
  <T extends @Nullable Object> T change(Supplier<T> change) {
    List<Runnable> calls = List.of();
    try {
      synchronized (lock) {
        depth++;
        try {
          return change.get();
        } finally {
          if (depth == 1) {
            if (!network.isSwallowing()) {
              touched.forEach(MemoryQueue::dispatch);
              touched.clear();
            }
            calls = after;
            after = new ArrayList<>();
          }
          depth--;
        }
      }
    } finally {
      calls.forEach(Runnable::run);
    }
  }

  void run(Runnable change) {
    change(() -> {
      change.run();
      return true;
    });
  }

  // All below: while the lock is held.

  void afterwards(Runnable call) {
    after.add(call);
  }

  void join(InMemoryBroker handle) {
    handles.add(handle);
  }

  boolean isDown() {
    return down;
  }

  void setDown(boolean wanted) {
    down = wanted;
    if (down) {
      List.copyOf(handles).forEach(handle -> handle.disconnect("The server is down."));
    } else {
      List.copyOf(handles).forEach(InMemoryBroker::connect);
    }
  }

  Network network() {
    return network;
  }

  Admission admission() {
    return admission;
  }

  /** From here on nothing passes, which every handle notices in the end. */
  void swallow() {
    int number = network.swallow();
    later(
        SILENCE,
        () -> run(() -> {
          if (network.isSwallowing(number)) {
            List.copyOf(handles)
                .forEach(handle -> handle.disconnect(
                    "Nothing was heard from the server for " + DurationText.of(SILENCE) + "."));
          }
        }));
  }

  /** All passes again. */
  void flow() {
    network.flow().forEach(Runnable::run);
    after.addAll(network.kept());
    List.copyOf(handles).forEach(InMemoryBroker::flow);
  }

  /** Does it when it has come to the server: now, unless the network keeps it. */
  void reach(Runnable arrival) {
    if (network.passes(arrival)) {
      arrival.run();
    }
  }

  /** Calls it when confirmations flow: now, unless they are held. */
  void confirm(Runnable confirmation) {
    if (network.comesBack(confirmation)) {
      after.add(confirmation);
    }
  }

  @Nullable
  MemoryQueue queue(String queue) {
    return queues.get(queue);
  }

  void touch(MemoryQueue queue) {
    touched.add(queue);
  }

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
    if (wanted.priorities() > LEVELS) {
      throw TopologyException.tooManyPriorities(wanted, LEVELS);
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

  /** Refuses a level that the queue has not; through an exchange, no queue is known before. */
  void checkLevel(Publication publication) {
    MemoryQueue target =
        publication.route() instanceof Route.ToQueue to ? queues.get(to.queue()) : null;
    int levels = target == null ? 0 : target.priorities();
    if (levels > 0 && publication.message().priority() >= levels) {
      throw PublishException.beyondLevels(publication, levels);
    }
  }

  private MemoryQueue makeQueue(String named, @Nullable String overflow, int priorities) {
    MemoryQueue made = new MemoryQueue(named, overflow, priorities);
    queues.put(named, made);
    List.copyOf(handles).forEach(InMemoryBroker::attachAll);
    return made;
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

  /**
   * Deletes a queue with all that lies in it, and its bindings; does nothing where there is none.
   */
  void deleteQueue(String gone) {
    queues.remove(gone);
    bindings.removeIf(binding -> binding.queue().equals(gone));
    List.copyOf(handles).forEach(handle -> handle.cancelAll(gone, "The queue was deleted."));
  }

  void deleteExchange(String gone) {
    exchanges.remove(gone);
    bindings.removeIf(binding -> binding.exchange().equals(gone));
  }

  void refuse(String queue) {
    refusing.add(queue);
  }

  void take(String queue) {
    refusing.remove(queue);
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

  private static void require(boolean there, String part) {
    if (!there) {
      throw TopologyException.missing(part, part);
    }
  }

  /** Puts a message where it goes, now or later. */
  void route(Publication publication) {
    if (publication.delayed()) {
      delay(publication);
      return;
    }
    Set<MemoryQueue> targets = targets(publication);
    if (targets.isEmpty()) {
      throw PublishException.unroutable(publication);
    }
    refuseWhereFull(publication, targets);
    for (MemoryQueue target : targets) {
      target.addLast(Stored.fresh(arriving(publication.message())));
      touched.add(target);
    }
  }

  private void refuseWhereFull(Publication publication, Set<MemoryQueue> targets) {
    for (MemoryQueue target : targets) {
      if (refusing.contains(target.name())) {
        throw new PublishException(
            REJECTED,
            publication,
            "Queue '" + target.name() + "' takes no more",
            "Have its messages consumed, and publish it again then",
            null);
      }
    }
  }

  private static Message arriving(Message message) {
    return message.headers().containsKey(Message.BROKER_REASON)
        ? message.copy().header(Message.BROKER_REASON, null).build()
        : message;
  }

  /** Holds it for a place that exists now; where it goes shows when it is due. */
  private void delay(Publication publication) {
    require(publication);
    parking();
    long steps = publication.delay().plus(STEP).minusNanos(1).dividedBy(STEP);
    Publication due = Publication.of(publication.message(), publication.route());
    scheduler.after(STEP.multipliedBy(steps), () -> run(() -> routeOrPark(due)));
  }

  private void require(Publication delayed) {
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

  private void routeOrPark(Publication due) {
    try {
      route(due);
    } catch (PublishException unroutable) {
      MemoryQueue parking = parking();
      parking.addLast(Stored.fresh(
          due.message().copy().header(Message.BROKER_REASON, "unroutable").build()));
      touched.add(parking);
    }
  }

  private MemoryQueue parking() {
    MemoryQueue there = queues.get(Queue.UNROUTABLE);
    return there != null ? there : makeQueue(Queue.UNROUTABLE, null, 0);
  }

  private Set<MemoryQueue> targets(Publication publication) {
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

  /** How many in which queues; dead letters are nobody's to consume. */
  private String stranded() {
    Set<String> overflows = queues.values().stream()
        .map(queue -> Objects.requireNonNullElse(queue.overflow(), ""))
        .collect(toSet());
    overflows.add(Queue.UNROUTABLE);
    return queues.values().stream()
        .filter(queue -> queue.isStranded() && !overflows.contains(queue.name()))
        .map(queue -> queue.ready() + " in queue '" + queue.name() + "'")
        .sorted()
        .collect(joining(", "));
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

  /** A consumer died with it: back to the front, or, too often, into the overflow. */
  void cameBack(MemoryQueue queue, Stored message) {
    queue.settled();
    Stored returned = message.cameBack();
    if (queue.isBeyondLimit(returned)) {
      overflow(queue, message, "delivery-limit");
    } else {
      queue.addFirst(returned);
    }
    touched.add(queue);
  }

  /**
   * Moves a message to where its queue's overflow is; without one it stays lost to nobody: it goes
   * back.
   */
  void overflow(MemoryQueue queue, Stored message, String reason) {
    String overflow = queue.overflow();
    MemoryQueue target = overflow == null ? null : queues.get(overflow);
    if (target == null) {
      queue.addLast(message);
      return;
    }
    target.addLast(Stored.fresh(
        message.message().copy().header(Message.BROKER_REASON, reason).build()));
    touched.add(target);
  }
}
