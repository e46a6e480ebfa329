package dev.errand.broker.inmemory;

import static java.util.stream.Collectors.joining;

import dev.errand.broker.Capabilities;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What stands behind the handles of one name: its lock, its clock, and who is connected. */
final class Server {
  /*
   * One lock guards all state, here and in queues, handles and subscriptions. Whoever holds it only changes state, and notes in `after` what
   * is to be called: receivers, completions. These are called when the outermost holder has let go, on its thread.
   */
  private static final Duration SILENCE = Duration.ofSeconds(20);
  private static final int LEVELS = 32;
  static final Capabilities CAPABILITIES = new Capabilities(
      "in memory",
      16 * 1024 * 1024,
      Delays.LONGEST,
      Delays.STEP,
      Queue.Durability.NOTHING,
      Map.of(Queue.Durability.REPLICATED, LEVELS, Queue.Durability.DURABLE, LEVELS));

  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  private static final String NEVER_ACROSS =
      "A broker in memory lives in one process, and a worker in another never meets it. Run the"
          + " worker in this process, or give both an amqp:// address.";
  private static final String NEVER_SHARED =
      "Without a name each opened broker is one of its own, which no worker on another meets. Open"
          + " one for both, give it a name as in memory:demo, or give both an amqp:// address where"
          + " they are two processes.";

  private static final Map<String, Server> SHARED = new HashMap<>();

  private final String name;
  private final Time time;
  private final Scheduler scheduler;
  private final Object lock = new Object();
  private final Load load = Load.ofAll();
  private final StandingTopology topology =
      new StandingTopology(LEVELS, load, () -> eachHandle(InMemoryBroker::attachAll));
  private final Set<MemoryQueue> touched = new LinkedHashSet<>();
  private final Router router = new Router(topology, touched::add);
  private final Delays delays = new Delays(this, load.part());
  private final Network network = new Network();
  private final Admission admission = new Admission();
  private final Set<InMemoryBroker> handles = new LinkedHashSet<>();
  private List<Runnable> after = new ArrayList<>();
  private int depth;
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
   * A worker in another process has a broker of its own under the same address, and without a name
   * every other handle has; the worker waits there for ever. Not so where a test moves the clock.
   */
  private void warnOfTheStranded() {
    if (!time.equals(Time.system())) {
      return;
    }
    String stranded = change(this::stranded);
    if (!stranded.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "'memory:" + name + "' is closed, and jobs that nobody ever consumed are lost: "
              + stranded + ". " + (name.isEmpty() ? NEVER_SHARED : NEVER_ACROSS));
    }
  }

  /** How many in which queues, now and later. */
  private String stranded() {
    Stream<String> waiting = topology
        .stranded()
        .map(queue -> queue.ready() + " in queue '" + queue.name() + "'")
        .sorted();
    return Stream.concat(waiting, delays.stranded()).collect(joining(", "));
  }

  Time time() {
    return time;
  }

  void later(Duration delay, Runnable action) {
    scheduler.after(delay, action);
  }

  /** Whether it completed in time, on the server's clock. Not while the lock is held. */
  boolean await(CompletableFuture<?> future, Duration atMost) {
    if (future.isDone() || atMost.isZero() || atMost.isNegative()) {
      return future.isDone() && !future.isCompletedExceptionally();
    }
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    CompletableFuture<?> unusedChain =
        future.whenComplete((none, error) -> result.complete(error == null));
    later(atMost, () -> result.complete(false));
    return result.join();
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
          return changed(change);
        } finally {
          depth--;
          if (depth == 0) {
            calls = after;
            after = new ArrayList<>();
          }
        }
      }
    } finally {
      call(calls);
    }
  }

  private <T extends @Nullable Object> T changed(Supplier<T> change) {
    try {
      return change.get();
    } finally {
      if (depth == 1 && !network.isSwallowing()) {
        touched.forEach(MemoryQueue::dispatch);
        touched.clear();
      }
    }
  }

  /**
   * What an Error keeps from being called here, as a stack is at its end, the next change calls.
   */
  private void call(List<Runnable> calls) {
    int called = 0;
    try {
      while (called < calls.size()) {
        calls.get(called++).run();
      }
    } finally {
      if (called < calls.size()) {
        synchronized (lock) {
          after.addAll(0, calls.subList(called, calls.size()));
        }
      }
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

  /** The queue may have something to hand out. */
  void touch(MemoryQueue queue) {
    touched.add(queue);
  }

  StandingTopology topology() {
    return topology;
  }

  Router router() {
    return router;
  }

  Network network() {
    return network;
  }

  Admission admission() {
    return admission;
  }

  /** Refuses a publication where more than the bound would be held. */
  void check(Publication publication, Bound bound) {
    int places = publication.delayed() ? 1 : topology.targets(publication).size();
    bound.check(publication, places, load);
  }

  /** Puts a message where it goes, now or later. */
  void route(Publication publication) {
    if (publication.delayed()) {
      delays.hold(publication);
    } else {
      router.route(publication);
    }
  }

  void join(InMemoryBroker handle) {
    handles.add(handle);
  }

  private void eachHandle(Consumer<InMemoryBroker> step) {
    List.copyOf(handles).forEach(step);
  }

  private void disconnectAll(String why) {
    eachHandle(handle -> handle.connection().disconnect(why));
  }

  /** Whether a connection can be made. */
  boolean isThere() {
    return !down && !network.isSwallowing();
  }

  void stop() {
    down = true;
    disconnectAll("The server is down.");
  }

  void start() {
    down = false;
    eachHandle(handle -> handle.connection().connect());
  }

  /** Ends, and begins anew with nothing: all that it had was in memory. */
  void restart() {
    stop();
    topology.clear();
    delays.clear();
    start();
  }

  /** Loses each connection; others follow. */
  void cutAll() {
    eachHandle(handle -> handle.connection().cut("The connection was cut."));
  }

  /** Cancels each consumer; they are made again soon. */
  void cancelAll() {
    eachHandle(handle -> handle.cancelAll("The server closed the channel."));
  }

  /**
   * Deletes a queue with all that lies in it, and its bindings; does nothing where there is none.
   */
  void deleteQueue(String gone) {
    topology.deleteQueue(gone);
    eachHandle(handle -> handle.queueDeleted(gone));
  }

  /** From here on nothing passes, which every handle notices in the end. */
  void swallow() {
    int number = network.swallow();
    later(
        SILENCE,
        () -> run(() -> {
          if (network.isSwallowing(number)) {
            disconnectAll(
                "Nothing was heard from the server for " + DurationText.of(SILENCE) + ".");
          }
        }));
  }

  /** All passes again. */
  void flow() {
    network.flow().forEach(Runnable::run);
    after.addAll(network.kept());
    eachHandle(handle -> handle.connection().flow());
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
}
