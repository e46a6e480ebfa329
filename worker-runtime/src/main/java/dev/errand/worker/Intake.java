package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.UnavailableException;
import dev.errand.worker.decide.Whence;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes the deliveries of a queue, or of its lane, by one subscription and hands them over, on the
 * broker's threads.
 */
final class Intake {
  /*
   * `this` guards which subscription there is. Whoever changes what is wished (a declaration that is answered, a pause, a resume, the watchdog,
   * a stop) changes the worker's state first and then has this follow it, so that of two that meet the later follows what both left.
   * A receiver never takes `this`, as a broker may call it while we hold it. A subscription is closed without it, as that may block.
   */
  private final String consumed;
  private final Supply supply;
  private final Dispatcher dispatcher;
  private final Holding holding;
  private final Lifecycle lifecycle;
  private final Hand hand = new Hand();
  private final Suspicion suspicion = new Suspicion();
  private final AtomicLong received = new AtomicLong();
  private @Nullable Broker broker;
  private int prefetch;
  private @Nullable Opened opened;
  private volatile boolean ending;
  private volatile Standing standing = Standing.NOT_YET;

  private record Opened(Feed feed, Subscription subscription) {}

  /** Where the subscription is, and why it is there. */
  record Standing(Subscription.State state, String reason) {
    static final Standing NOT_YET =
        new Standing(Subscription.State.RECOVERING, "The broker has not confirmed it yet.");
  }

  /** @param consumed the queue's name, or its lane's */
  Intake(
      String consumed, Supply supply, Dispatcher dispatcher, Holding holding, Lifecycle lifecycle) {
    this.consumed = consumed;
    this.supply = supply;
    this.dispatcher = dispatcher;
    this.holding = holding;
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

  /** Counts the connections: a delivery of an earlier one is gone. */
  int epoch() {
    return hand.epoch();
  }

  /** How many came since it began. */
  long received() {
    return received.get();
  }

  /** How many of the present connection are not settled. */
  int inHand() {
    return hand.size();
  }

  /** The most that may be in hand; 0 before it is opened. */
  synchronized int prefetch() {
    return prefetch;
  }

  Standing standing() {
    return standing;
  }

  /** Whether the broker says that jobs come, and has room for one more. */
  boolean awaits() {
    return standing.state() == Subscription.State.CONSUMING && inHand() < prefetch();
  }

  /** A delivery of ours is settled, or was found to be gone. */
  void settled(Taken taken) {
    hand.settle(taken.epoch());
  }

  /** From now on jobs come while the worker runs. Does nothing after {@link #pause}. */
  synchronized void open(Broker from, int atMost) {
    broker = from;
    prefetch = atMost;
    CompletableFuture<Void> unusedAnswer = follow();
  }

  /**
   * Has jobs come or not, as the worker's state is; done when no delivery comes any more, or at
   * once where they are to come.
   */
  synchronized CompletableFuture<Void> follow() {
    Broker from = broker;
    Opened present = opened;
    if (!ending && from != null) {
      if (!lifecycle.paused()) {
        consume(from, present);
      } else if (present != null) {
        return present.subscription().pause();
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  /** As {@link #follow()}; tells where that cannot be, as the broker was closed. */
  void goOn() {
    try {
      CompletableFuture<Void> unusedAnswer = follow();
    } catch (UnavailableException closed) {
      cutOff();
    }
  }

  /** The broker was closed. */
  void cutOff() {
    standing = new Standing(Subscription.State.CLOSED, "");
    if (!ending) {
      supply.changed(this, Subscription.State.CLOSED, "");
    }
  }

  private synchronized void consume(Broker from, @Nullable Opened present) {
    if (present == null) {
      standing = Standing.NOT_YET;
      Feed fresh = new Feed();
      opened = new Opened(fresh, from.subscribe(consumed, prefetch, fresh));
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
   */
  synchronized void renew(Executor turns) {
    Opened silent = opened;
    if (silent != null && !ending && !lifecycle.paused()) {
      CompletableFuture<Void> unusedChain = silent
          .subscription()
          .pause()
          .whenCompleteAsync((paused, error) -> replaceOrResume(silent), turns);
    }
  }

  private void replaceOrResume(Opened silent) {
    if (giveUp(silent)) {
      silent.subscription().close();
      hand.lose();
      suspicion.lost();
    }
    goOn();
  }

  /** Whether it is to be closed, as nothing of it is in hand. */
  private synchronized boolean giveUp(Opened silent) {
    boolean givenUp = silent.equals(opened) && !ending && inHand() == 0;
    if (givenUp) {
      opened = null;
      silent.feed().over = true;
    }
    return givenUp;
  }

  /** What one subscription tells. */
  private final class Feed implements Receiver {
    /** We close it ourselves, so that its end is no news. */
    private volatile boolean over;

    @Override
    public void receive(Delivery delivery) {
      received.incrementAndGet();
      Taken taken = new Taken(Intake.this, delivery, hand.take(), whence(delivery), holding.now());
      if (Supply.cameBack(delivery)) {
        dispatcher.putAside(taken);
        CompletableFuture<Void> unusedChain = supply.left(delivery).thenRun(() -> offerCopy(taken));
      } else {
        dispatcher.offer(taken);
      }
      holding.waits();
    }

    @Override
    public void stateChanged(Subscription.State state, String reason) {
      if (over) {
        return;
      }
      standing = new Standing(state, reason);
      switch (state) {
        case RECOVERING -> {
          hand.lose();
          suspicion.lost();
        }
        case CONSUMING -> {
          suspicion.consuming();
          holding.connected();
        }
        case PAUSED, CLOSED -> {
          // Nothing comes, and what is in hand is settled still, or lost with its subscription.
        }
      }
      if (state != Subscription.State.CLOSED || !ending) {
        supply.changed(Intake.this, state, reason);
      }
    }
  }

  private void offerCopy(Taken taken) {
    if (taken.whence() == Whence.QUEUE || !Suspect.is(taken)) {
      dispatcher.offerFromAside(taken, taken);
    } else if (!supply.suspect().enter(taken)) {
      dispatcher.offerFromAside(taken, taken.besideASuspect());
    } else if (dispatcher.isAside(taken)) {
      supply.later(Suspect.HEAD_START, () -> dispatcher.offerFromAside(taken, taken));
    } else {
      // It was given back before it became the suspect, which nothing would end.
      taken.ended();
    }
  }

  /** What was handed over has ended. */
  void ended(Taken taken) {
    if (taken.whence() != Whence.QUEUE) {
      supply.suspect().leave(taken);
    }
  }

  private Whence whence(Delivery delivery) {
    if (!supply.isLane(this)) {
      return Whence.QUEUE;
    }
    return suspicion.excuses(delivery) ? Whence.LANE_AFTER_OUR_RECONNECT : Whence.LANE;
  }
}
