package dev.errand.examples.sql;

import dev.errand.broker.BrokerException;
import dev.errand.broker.Receiver;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import dev.errand.broker.UnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One consumer of one queue. All but its state is confined to the engine's thread. */
final class SqlSubscription implements Subscription {
  private static final Duration MOST_TO_CLOSE = Duration.ofSeconds(15);
  /** Enough for another session to be told, and to look. */
  private static final Duration REST = Duration.ofMillis(20);

  private final Engine engine;
  private final String queue;
  private final int prefetch;
  private final Receiver receiver;
  private final Set<SqlDelivery> held = new LinkedHashSet<>();
  private final List<CompletableFuture<Void>> resuming = new ArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile State state = State.RECOVERING;
  private String reason = "";
  private boolean pausing;
  private boolean resting;

  SqlSubscription(Engine engine, String queue, int prefetch, Receiver receiver) {
    this.engine = engine;
    this.queue = queue;
    this.prefetch = prefetch;
    this.receiver = receiver;
  }

  String queue() {
    return queue;
  }

  Engine engine() {
    return engine;
  }

  @Override
  public State state() {
    return state;
  }

  // On the engine's thread.

  /** How many more it may have in hand now. */
  int room() {
    return state == State.CONSUMING && !resting ? prefetch - held.size() : 0;
  }

  /** Takes nothing for a moment, so that what it gave back is another's to take first. */
  void rest() {
    if (!resting) {
      resting = true;
      engine.later(
          REST,
          () -> engine.call(() -> {
            resting = false;
            engine.lookForMore();
          }));
    }
  }

  SqlDelivery hold(Queues.Taken taken) {
    SqlDelivery delivery = new SqlDelivery(this, taken);
    held.add(delivery);
    return delivery;
  }

  void receive(SqlDelivery delivery) {
    if (state == State.CLOSED || engine.isClosing()) {
      return;
    }
    try {
      receiver.receive(delivery);
    } catch (RuntimeException | Error error) {
      report(error);
      engine.later(Duration.ofSeconds(1), () -> {
        // Gone by now, or settled by the receiver before it failed: either is well.
        CompletableFuture<Void> unused = delivery.release();
      });
    }
  }

  private static void report(Throwable error) {
    Thread self = Thread.currentThread();
    self.getUncaughtExceptionHandler().uncaughtException(self, error);
  }

  void settled(SqlDelivery delivery) {
    held.remove(delivery);
  }

  /** The session is confirmed, and so is the queue. */
  void attach() {
    if (state == State.RECOVERING) {
      change(pausing ? State.PAUSED : State.CONSUMING, "");
      goOn();
    }
  }

  private void goOn() {
    if (state == State.CONSUMING) {
      resuming.forEach(done -> engine.inbox().tell(() -> done.complete(null)));
      resuming.clear();
      engine.lookForMore();
    }
  }

  /** All in hand is gone. */
  void lose(String why) {
    if (state != State.CLOSED && !(state == State.RECOVERING && reason.equals(why))) {
      held.forEach(SqlDelivery::lose);
      held.clear();
      change(State.RECOVERING, why);
    }
  }

  private void change(State next, String why) {
    state = next;
    reason = why;
    try {
      receiver.stateChanged(next, why);
    } catch (RuntimeException | Error error) {
      report(error);
    }
  }

  /** Ends it; what is in hand goes back, behind the verbs that were called before. */
  void end() {
    if (state == State.CLOSED) {
      return;
    }
    List<SqlDelivery> left = List.copyOf(held);
    held.forEach(SqlDelivery::lose);
    held.clear();
    engine.remove(this);
    change(State.CLOSED, "");
    resuming.forEach(done -> engine.inbox().tell(() -> done.completeExceptionally(closed())));
    resuming.clear();
    if (left.isEmpty()) {
      ended.complete(null);
    } else {
      engine.inbox().addLast(new GiveBack(left));
    }
  }

  /**
   * Where the connection is lost first, whoever notices gives it back. What a verb before it
   * released may be in our hands anew, and is left out.
   */
  private final class GiveBack extends Work<Void> {
    private final List<SqlDelivery> deliveries;

    private GiveBack(List<SqlDelivery> deliveries) {
      this.deliveries = deliveries;
    }

    @Override
    Void on(Database database) throws SQLException {
      database
          .queues()
          .giveBack(deliveries.stream()
              .filter(each -> !each.isSettled())
              .map(SqlDelivery::number)
              .toList());
      return null;
    }

    @Override
    BrokerException lost() {
      return new SettleException(SettleException.Reason.GONE, deliveries.toString(), queue);
    }

    @Override
    void succeeded() {
      ended.complete(null);
    }

    @Override
    void failed(BrokerException why) {
      ended.complete(null);
    }
  }

  // From any thread.

  // @start region="pause"
  @Override
  public CompletableFuture<Void> pause() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    engine.call(() -> {
      pausing = true;
      if (state == State.CONSUMING) {
        change(State.PAUSED, "");
      }
      engine.inbox().tell(() -> done.complete(null));
    });
    return done;
  }
  // @end

  @Override
  public CompletableFuture<Void> resume() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    engine.call(() -> {
      pausing = false;
      if (state == State.CLOSED) {
        engine.inbox().tell(() -> done.completeExceptionally(closed()));
        return;
      }
      resuming.add(done);
      if (state == State.PAUSED) {
        change(State.CONSUMING, "");
      }
      goOn();
    });
    return done;
  }

  private UnavailableException closed() {
    return new UnavailableException(
        "The subscription to queue '" + queue + "' is closed. Subscribe again.", null);
  }

  @Override
  public void close() {
    if (engine.isOwnThread()) {
      end();
      return;
    }
    engine.call(this::end);
    boolean unused = engine.await(ended, MOST_TO_CLOSE);
  }

  @Override
  public String toString() {
    return "SqlSubscription[" + queue + ", " + state + "]";
  }
}
