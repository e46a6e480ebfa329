package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Takes the deliveries of a queue, or of its lane, by one subscription. */
final class Intake {
  /*
   * `this` guards which subscription there is. Whoever changes what is wished (a declaration that is answered, a pause, a resume, the watchdog,
   * a stop) changes the worker's state first and then has this follow it, so that of two that meet the later follows what both left.
   * A receiver never takes `this`, as a broker may call it while we hold it. A subscription is closed without it, as that may block.
   *
   * One that is made again is paused, then closed where nothing of it is in hand, and followed by another. Until that is done nobody else has
   * jobs come: what came between the look at what is in hand and the close would be lost by it. Whoever wishes so meanwhile is followed at
   * the end of it. A pause may never be answered, by the very broker that gives nothing: after a while it is not waited for, and what comes
   * then before the close is left to come back.
   */
  private final String consumed;
  private final int prefetch;
  private final Arrivals arrivals;
  private final Supply supply;
  private final Broker broker;
  private final Lifecycle lifecycle;
  private boolean declared;
  private boolean renewing;
  private @Nullable Opened opened;
  private volatile boolean ending;
  private volatile Standing standing = Standing.NOT_YET;

  private record Opened(Feed feed, Subscription subscription) {}

  /** Where the subscription is, and why it is there. */
  record Standing(Subscription.State state, String reason) {
    static final Standing NOT_YET =
        new Standing(Subscription.State.RECOVERING, "The broker has not confirmed it yet.");
  }

  /**
   * Of a queue that has to stand before it is opened.
   *
   * @param consumed the queue's name, or its lane's
   * @param prefetch the most that may be in hand
   */
  Intake(
      String consumed,
      int prefetch,
      Arrivals arrivals,
      Supply supply,
      Broker broker,
      Lifecycle lifecycle) {
    this.consumed = consumed;
    this.prefetch = prefetch;
    this.arrivals = arrivals;
    this.supply = supply;
    this.broker = broker;
    this.lifecycle = lifecycle;
  }

  /** Whose jobs come: a lane is a part of its queue. */
  String queue() {
    return supply.queue();
  }

  /** What is consumed on the broker. */
  String consumed() {
    return consumed;
  }

  /** How many came since it began. */
  long received() {
    return arrivals.received();
  }

  Standing standing() {
    return standing;
  }

  /** Whether the broker says that jobs come, and has room for one more. */
  boolean awaits() {
    return standing.state() == Subscription.State.CONSUMING && arrivals.haveRoom(prefetch);
  }

  /**
   * From now on jobs come while the worker runs. Does nothing after {@link #pause}.
   *
   * @throws UnavailableException when the broker is closed
   */
  synchronized void open() {
    declared = true;
    CompletableFuture<Void> unusedAnswer = go();
  }

  /**
   * Has jobs come or not, as the worker's state is; done when no delivery comes any more, or at
   * once where they are to come. Tells where that cannot be, as the broker was closed.
   */
  CompletableFuture<Void> follow() {
    try {
      return go();
    } catch (UnavailableException closed) {
      cutOff();
    } catch (RuntimeException | Error fault) {
      if (!lacksSubscription()) {
        throw fault;
      }
      supply.fault(
          "Queue '" + consumed + "' is not consumed; that is tried again by itself.", fault);
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Tries again what could not be followed, as the broker failed at it. */
  void followAgain() {
    if (lacksSubscription()) {
      CompletableFuture<Void> unusedAnswer = follow();
    }
  }

  private synchronized boolean lacksSubscription() {
    return opened == null && declared && standing.state() != Subscription.State.CLOSED;
  }

  private synchronized CompletableFuture<Void> go() {
    Opened present = opened;
    if (declared && !ending) {
      if (!lifecycle.paused()) {
        consume(present);
      } else if (present != null) {
        return present.subscription().pause();
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  /** The broker was closed. */
  void cutOff() {
    standing = new Standing(Subscription.State.CLOSED, "");
    if (!ending) {
      supply.changed(this, Subscription.State.CLOSED, "");
    }
  }

  private synchronized void consume(@Nullable Opened present) {
    if (renewing) {
      return;
    }
    if (present == null) {
      standing = Standing.NOT_YET;
      Feed fresh = new Feed();
      opened = new Opened(fresh, broker.subscribe(consumed, prefetch, fresh));
    } else {
      CompletableFuture<Void> unusedAnswer = present.subscription().resume();
    }
  }

  /** No delivery comes any more once this is done, whatever the worker's state is. */
  CompletableFuture<Void> pause() {
    Opened last = end();
    return last == null
        ? CompletableFuture.completedFuture(null)
        : last.subscription().pause();
  }

  void close() {
    Opened last = end();
    if (last != null) {
      last.subscription().close();
    }
  }

  private synchronized @Nullable Opened end() {
    ending = true;
    return opened;
  }

  /**
   * Makes the subscription again, of which nothing comes. While some of it is in hand it keeps
   * that, and is only paused and resumed, which is another consumer to a broker.
   *
   * @param turns where it may block, as the close of a subscription does
   * @param later the same, when a pause has had its time
   */
  synchronized void renew(Executor turns, Executor later) {
    Opened silent = opened;
    if (silent != null && !renewing && !ending && !lifecycle.paused()) {
      renewing = true;
      AtomicBoolean waits = new AtomicBoolean(true);
      later.execute(() -> replaceOrResume(silent, waits, new TimeoutException("no answer")));
      CompletableFuture<Void> unusedChain = paused(silent)
          .whenComplete(
              (paused, error) -> turns.execute(() -> replaceOrResume(silent, waits, error)));
    }
  }

  private static CompletableFuture<Void> paused(Opened silent) {
    try {
      return silent.subscription().pause();
    } catch (RuntimeException | Error fault) {
      return CompletableFuture.failedFuture(fault);
    }
  }

  /** @param waits that nobody has done so yet */
  private void replaceOrResume(Opened silent, AtomicBoolean waits, @Nullable Throwable failed) {
    if (!waits.getAndSet(false)) {
      return;
    }
    if (failed != null) {
      supply.fault(
          "The subscription of '" + consumed + "' did not pause; it is made anew all the same.",
          failed);
    }
    try {
      if (giveUp(silent)) {
        silent.subscription().close();
      }
    } finally {
      renewed();
      CompletableFuture<Void> unusedAnswer = follow();
    }
  }

  /** Whether it is to be closed, as nothing of it is in hand. */
  private synchronized boolean giveUp(Opened silent) {
    boolean givenUp = !ending && arrivals.settled();
    if (givenUp) {
      opened = null;
      silent.feed().giveUp();
    }
    return givenUp;
  }

  private synchronized void renewed() {
    renewing = false;
  }

  /** What one subscription tells. */
  private final class Feed implements Receiver {
    private volatile boolean givenUp;

    /** We close it ourselves, so that its end is no news. */
    void giveUp() {
      givenUp = true;
      arrivals.lost();
    }

    @Override
    public void receive(Delivery delivery) {
      if (!givenUp) {
        arrivals.take(delivery);
      }
    }

    @Override
    public void stateChanged(Subscription.State state, String reason) {
      if (givenUp) {
        return;
      }
      // First, as what is asked of the broker then may fail.
      standing = new Standing(state, reason);
      switch (state) {
        case RECOVERING -> arrivals.lost();
        case CONSUMING -> arrivals.consuming();
        case PAUSED, CLOSED -> {
          // Nothing comes, and what is in hand is settled still, or lost with its subscription.
        }
      }
      if (state != Subscription.State.CLOSED || !ending) {
        supply.changed(Intake.this, state, reason);
      }
    }
  }
}
