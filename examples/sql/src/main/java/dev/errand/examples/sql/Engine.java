package dev.errand.examples.sql;

import dev.errand.broker.BrokerException;
import dev.errand.broker.Declaring;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What runs behind a broker: its connection, and whatever is done on it. */
final class Engine {
  /*
   * Threads. `thread` alone talks to the database and calls receivers, in rounds: what callers asked for, in one transaction; what is due;
   * what subscriptions have room for. The fields below "confined" are its own. `scheduler` ends waits, and the ear's thread hears what others
   * commit. Whoever has something to do rings the `bell`. `calls` guards itself and `over`, after which none comes.
   */
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int SLICE_MILLIS = 25;
  private static final int MOST_CONFLICTS = 3;
  private static final System.Logger LOG = System.getLogger(Engine.class.getName());
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final SqlAddress address;
  private final Time time;
  private final String name = "errand-sql-" + NUMBERS.incrementAndGet();
  private final Scheduler scheduler;
  private final Inbox inbox;
  private final Thread thread = new Thread(this::run, name);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Presence presence = new Presence();
  private final Semaphore bell = new Semaphore(0);
  private final Deque<Runnable> calls = new ArrayDeque<>();
  private boolean over;

  // Confined.
  private final Consumers consumers = new Consumers();
  private final Set<Topology> remembered = new LinkedHashSet<>();
  private List<Work<?>> inHand = List.of();
  private int session;
  private long nextTick;
  private long nextDue;
  private boolean look;

  Engine(SqlAddress address, Time time) {
    this.address = address;
    this.time = time;
    scheduler = time.scheduler(name + "-clock");
    inbox = new Inbox(time, scheduler, address.publishTimeout(), bell::release, name);
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  // From any thread.

  Time time() {
    return time;
  }

  Presence presence() {
    return presence;
  }

  Inbox inbox() {
    return inbox;
  }

  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  boolean isClosing() {
    return presence.isClosing();
  }

  /** Whether it succeeds within that time, on the broker's clock. */
  boolean await(CompletableFuture<Void> future, Duration atMost) {
    if (future.isDone() || atMost.isZero() || atMost.isNegative()) {
      return future.isDone() && !future.isCompletedExceptionally();
    }
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    CompletableFuture<Void> unused =
        future.whenComplete((none, error) -> result.complete(error == null));
    scheduler.after(atMost, () -> result.complete(false));
    return result.join();
  }

  void later(Duration delay, Runnable action) {
    scheduler.after(delay, action);
  }

  /** Runs it on our thread, soon, connected or not; here, where that has ended. */
  void call(Runnable call) {
    synchronized (calls) {
      if (!over) {
        calls.add(call);
        bell.release();
        return;
      }
    }
    call.run();
  }

  /** Has all end that was asked for, disconnects, and waits for it, unless called from inside. */
  void close() {
    presence.close();
    inbox.close();
    bell.release();
    if (isOwnThread()) {
      return;
    }
    if (!await(ended, address.publishTimeout())) {
      try {
        presence.abort();
      } catch (SQLException gone) {
        LOG.log(System.Logger.Level.DEBUG, "The connection was gone already", gone);
      }
    }
    ended.join();
  }

  // On our own thread.

  void add(SqlSubscription subscription) {
    consumers.add(subscription);
    lookAfterQueues();
  }

  void remove(SqlSubscription subscription) {
    consumers.remove(subscription);
  }

  void remember(Collection<Topology> parts) {
    remembered.addAll(parts);
    lookAfterQueues();
  }

  void lookForMore() {
    look = true;
  }

  private void lookAfterQueues() {
    nextTick = time.nanoTime();
  }

  // @start region="loop"
  private void run() {
    Duration pause = Duration.ZERO;
    while (!isClosing()) {
      try (Database database = Database.connect(address, session);
          Ear ear = new Ear(address, name + "-ear", bell::release)) {
        begin(database);
        while (round(database, ear)) {
          pause = Duration.ZERO;
        }
        consumers.end();
        for (inHand = inbox.take(); !inHand.isEmpty(); inHand = inbox.take()) {
          transact(database, inHand, MOST_CONFLICTS);
        }
      } catch (SQLException | RuntimeException lost) {
        lose(lost);
        rest(pause);
        pause = longer(pause);
      }
    }
    finish();
  }
  // @end

  private static Duration longer(Duration pause) {
    Duration next = pause.multipliedBy(2).plus(SHORTEST_PAUSE);
    return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
  }

  // @start region="round"
  /** All that there is to do now; false when it is closing, and nothing is left. */
  private boolean round(Database database, Ear ear) throws SQLException {
    runCalls();
    // What callers asked for.
    inHand = inbox.take();
    boolean idle = inHand.isEmpty();
    transact(database, inHand, MOST_CONFLICTS);
    inHand = List.of();
    if (idle && isClosing()) {
      return false;
    }
    look |= !idle;
    // What has become due, or is to be looked after.
    if (time.nanoTime() - nextTick >= 0) {
      nextTick = time.nanoTime() + TICK.toNanos();
      database.queues().giveBackOfTheDead();
      attach(database);
      // What is heard is a hint; who locked a row may have died before it said anything.
      look = true;
    }
    if (time.millis() >= nextDue) {
      nextDue = database.delays().moveDue(time.millis());
      look = true;
    }
    // What there is room for; in our hands once it is committed.
    List<SqlDelivery> came = look && !isClosing() ? consumers.fetch(database.queues()) : List.of();
    database.session().commit();
    came.forEach(SqlDelivery::hand);
    look = !came.isEmpty();
    if (!look) {
      rest();
    }
    listen(ear);
    return true;
  }
  // @end

  private void listen(Ear ear) throws SQLException {
    Set<String> news = ear.news();
    look |= !news.isEmpty();
    nextDue = news.contains("delayed") ? 0 : nextDue;
  }

  private void runCalls() {
    List<Runnable> due;
    synchronized (calls) {
      due = List.copyOf(calls);
      calls.clear();
    }
    due.forEach(Runnable::run);
  }

  /** A moment, or until there is something to do. */
  private void rest() {
    try {
      if (bell.tryAcquire(SLICE_MILLIS, TimeUnit.MILLISECONDS)) {
        bell.drainPermits();
      }
    } catch (InterruptedException notByUs) {
      Thread.currentThread().interrupt();
    }
  }

  /** So long, or until it is closing. */
  private void rest(Duration pause) {
    long begin = time.nanoTime();
    runCalls();
    while (!isClosing() && time.nanoTime() - begin < pause.toNanos()) {
      rest();
      runCalls();
    }
  }

  // @start region="transact"
  private void transact(Database database, List<Work<?>> works, int conflicts) throws SQLException {
    if (works.isEmpty()) {
      return;
    }
    try {
      for (Work<?> work : works) {
        work.attempt(database);
      }
      database.session().commit();
    } catch (SQLException | BrokerException failed) {
      if (failed instanceof SQLException sql) {
        database.session().requireUse(sql);
      }
      database.session().rollback();
      if (works.size() > 1) {
        for (Work<?> work : works) {
          transact(database, List.of(work), MOST_CONFLICTS);
        }
      } else if (conflicts > 1 && isConflict(failed)) {
        transact(database, works, conflicts - 1);
      } else {
        inbox.fail(works.get(0), reasonOf(failed, works.get(0)));
      }
      return;
    }
    works.forEach(inbox::succeed);
  }
  // @end

  /** Whether the same may well succeed at once: others were in the way. */
  private static boolean isConflict(Exception failed) {
    return failed instanceof SQLException sql && Session.stateOf(sql).startsWith("40");
  }

  private static BrokerException reasonOf(Exception failed, Work<?> work) throws SQLException {
    if (failed instanceof BrokerException ours) {
      return ours;
    }
    SQLException sql = (SQLException) failed;
    BrokerException refused = work.refused(sql);
    if (refused == null) {
      throw sql;
    }
    return refused;
  }

  private void begin(Database database) throws SQLException {
    session = database.session().number();
    restore(database);
    lookAfterQueues();
    nextDue = 0;
    presence.connected(database.session());
  }

  /** What stands there differently by now is left as it is. */
  private void restore(Database database) throws SQLException {
    if (address.declaring() == Declaring.CHECK) {
      return;
    }
    for (Topology part : remembered) {
      try {
        database.schema().declare(part);
        database.session().commit();
      } catch (TopologyException different) {
        database.session().rollback();
        LOG.log(System.Logger.Level.WARNING, "After a reconnection: " + different.getMessage());
      }
    }
  }

  private void attach(Database database) throws SQLException {
    if (consumers.attach(database.schema())) {
      restore(database);
      lookAfterQueues();
    }
  }

  private void lose(Exception why) {
    String text = "The connection to " + address + " is not there: " + why.getMessage();
    presence.lost(text, why instanceof SQLException sql && isRefusal(sql) ? why : null);
    if (why instanceof RuntimeException) {
      LOG.log(System.Logger.Level.ERROR, "The connection is given up for a fault of ours", why);
    }
    consumers.lose(text);
    inbox.lose(inHand);
    inHand = List.of();
  }

  /** Not before somebody acts: credentials, the database's name. */
  private static boolean isRefusal(SQLException why) {
    return Session.stateOf(why).startsWith("28") || Session.stateOf(why).equals("3D000");
  }

  private void finish() {
    consumers.end();
    synchronized (calls) {
      over = true;
    }
    runCalls();
    presence.end();
    inbox.end();
    scheduler.close();
    ended.complete(null);
  }
}
