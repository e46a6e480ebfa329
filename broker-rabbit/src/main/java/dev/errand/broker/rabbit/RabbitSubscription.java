package dev.errand.broker.rabbit;

import static dev.errand.broker.Subscription.State.CLOSED;
import static dev.errand.broker.Subscription.State.CONSUMING;
import static dev.errand.broker.Subscription.State.PAUSED;
import static dev.errand.broker.Subscription.State.RECOVERING;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer that is rebuilt until it is closed. */
final class RabbitSubscription implements Subscription {
  /*
   * Callers only say their `wish`, under `this`. What is done to the server is done on the consuming loop, which owns all fields that are
   * neither final nor volatile, and brings the channel to the wish (`reconcile`): `asked` and `cancelling` say what the server was told last.
   * A request is done when the wish of that moment is reached, its own or one that overtook it.
   * What the receiver hears goes through the `Teller`, whose lock comes before `this`.
   */
  private static final Logger LOG = LoggerFactory.getLogger(RabbitSubscription.class);

  private final String queue;
  private final int prefetch;
  private final Teller teller;
  private final ConsumeSide side;
  private final Preparation preparation;
  private volatile State wish = CONSUMING;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private @Nullable Connection connection;
  private @Nullable ConsumerChannel present;
  /** Consumers were asked for on the present channel, and not cancelled since. */
  private boolean asked;

  /** A cancel on the present channel is not answered yet. */
  private boolean cancelling;

  private int failures;

  /** One is enough, however often opening is tried meanwhile. */
  private boolean retrying;

  private final List<CompletableFuture<Void>> pausing = new ArrayList<>();
  private final List<CompletableFuture<Void>> resuming = new ArrayList<>();

  /** Makes what has to stand before the queue is consumed. */
  interface Preparation {
    void make(Connection connection) throws IOException;
  }

  RabbitSubscription(
      String queue, int prefetch, Receiver receiver, ConsumeSide side, Preparation preparation) {
    this.queue = queue;
    this.prefetch = prefetch;
    this.teller = new Teller(queue, receiver, side.loop());
    this.side = side;
    this.preparation = preparation;
  }

  String queue() {
    return queue;
  }

  int prefetch() {
    return prefetch;
  }

  @Override
  public State state() {
    return teller.state();
  }

  // On the loop.

  /** There is a connection to consume on, or, with null, there is none. */
  void connection(@Nullable Connection fresh, String reason) {
    connection = fresh;
    if (fresh == null) {
      drop(present, reason);
      if (state() == CONSUMING) {
        // Its channel was being renewed, and there is none to drop.
        teller.tell(RECOVERING, reason);
      }
    } else {
      open();
    }
  }

  /** Opens a channel and consumes on it, or tries again later. */
  private void open() {
    Connection on = connection;
    if (on == null || !on.isOpen() || present != null || wish == CLOSED) {
      return;
    }
    try {
      preparation.make(on);
      Channel channel = on.createChannel();
      if (channel == null) {
        throw new IOException("the server allows no further channel on this connection");
      }
      ConsumerChannel fresh = new ConsumerChannel(this, channel, side.parts());
      present = fresh;
      match(fresh);
      failures = 0;
      if (ServerParts.forgetsConsumers(Link.version(on))) {
        new QuietWatch(fresh.settler(), side.loop()::after, () -> renew(fresh)).begin();
      }
    } catch (IOException | RuntimeException | Error error) {
      failed(on, error);
    }
  }

  /**
   * Has another channel take the place of one that is quiet. Whoever receives is told nothing, as
   * nothing is in hand; where something comes before the consumer has ended, the channel stays.
   */
  private void renew(ConsumerChannel channel) {
    if (present == channel && wish == CONSUMING && asked) {
      attempt(channel, () -> cancel(channel, () -> renewed(channel)));
    }
  }

  private void renewed(ConsumerChannel channel) {
    if (wish == CONSUMING && channel.settler().isEmpty()) {
      present = null;
      channel.close();
      open();
    } else {
      reconcile();
    }
  }

  private String refused(Throwable error) {
    return Refusals.ofConsumer(queue, error, side.consumerTimeout()).toString();
  }

  private void failed(Connection on, Throwable error) {
    String reason = refused(error);
    drop(present, reason);
    failures++;
    if (failures == 1) {
      LOG.warn("{} It is tried again until it can be.", reason);
    }
    if (on.isOpen()) {
      teller.tell(RECOVERING, reason);
    }
    restore(on);
    if (!retrying) {
      retrying = true;
      side.loop().after(BackOff.after(failures), this::retry);
    }
  }

  private void retry() {
    retrying = false;
    open();
  }

  /** A queue that is gone is made again where it was declared here. */
  private void restore(Connection on) {
    try {
      side.parts().topology().missing(queue);
      if (on.isOpen()) {
        side.parts().topology().restore(on, queue);
      }
    } catch (IOException | RuntimeException broken) {
      LOG.debug(
          "Restoring queue '{}' was cut off; the next connection goes on with it.", queue, broken);
    }
  }

  private void drop(@Nullable ConsumerChannel lost, String reason) {
    if (lost == null || present != lost) {
      return;
    }
    present = null;
    asked = false;
    cancelling = false;
    teller.tellLost(lost, reason);
    lost.close();
    answer(pausing);
  }

  /** Brings what is consumed to what is wished. */
  private void reconcile() {
    ConsumerChannel channel = present;
    if (wish == CLOSED) {
      return;
    }
    if (channel != null) {
      attempt(channel, () -> match(channel));
    } else if (wish == PAUSED) {
      teller.tell(PAUSED, "");
      answer(pausing);
      answer(resuming);
    } else {
      answer(pausing);
      if (state() == PAUSED) {
        teller.tell(RECOVERING, "It was resumed while not connected.");
      }
      open();
    }
  }

  private void match(ConsumerChannel channel) throws IOException {
    if (cancelling) {
      // The end of the cancel comes back here.
      return;
    }
    if (wish == CONSUMING && !asked) {
      asked = true;
      channel.consume();
    } else if (wish == CONSUMING) {
      answer(pausing);
      if (state() == CONSUMING) {
        answer(resuming);
      }
    } else if (wish == PAUSED && asked) {
      cancel(channel, () -> paused(channel));
    } else if (wish == PAUSED) {
      teller.tell(channel, PAUSED);
      answer(pausing);
      answer(resuming);
    }
  }

  /** Ends the consumers, and takes the step when the last of them has ended. */
  private void cancel(ConsumerChannel channel, Runnable step) throws IOException {
    asked = false;
    cancelling = true;
    CompletableFuture<Void> unusedChain = channel
        .cancel()
        .whenComplete((none, error) -> side.loop().execute(() -> cancelled(channel, step)));
  }

  private void cancelled(ConsumerChannel channel, Runnable step) {
    // One that died has no more steps: it is dropped next.
    if (present == channel && !channel.isDead()) {
      cancelling = false;
      step.run();
    }
  }

  private void paused(ConsumerChannel channel) {
    teller.tell(channel, PAUSED);
    answer(pausing);
    reconcile();
  }

  private void answer(List<CompletableFuture<Void>> requests) {
    requests.forEach(side.parts().answers()::succeed);
    requests.clear();
    side.parts().answers().flush();
  }

  private void reopen(ConsumerChannel lost, String reason) {
    if (present == lost) {
      LOG.warn("The consumer of queue '{}' is lost, and made again. {}", queue, reason);
      drop(lost, reason);
      open();
    }
  }

  // From the client's threads.

  /** The channel is closed; with its connection, the loop hears of that too. */
  void lost(ConsumerChannel channel, ShutdownSignalException cause) {
    if (Refusals.ofChannel(cause)) {
      broken(channel, refused(cause));
    }
  }

  void cancelledByServer(ConsumerChannel channel) {
    broken(
        channel,
        "The server cancelled the consumer of queue '" + queue
            + "': the queue was deleted, is not available, or waited longer for an acknowledgement than its consumer_timeout.");
  }

  void broken(ConsumerChannel channel, String reason) {
    side.loop().execute(() -> reopen(channel, reason));
  }

  void confirmed(ConsumerChannel channel) {
    teller.tell(channel, CONSUMING);
    side.loop().execute(this::reconcile);
  }

  void placesFreed(ConsumerChannel channel) {
    side.loop().execute(() -> {
      if (present == channel && asked) {
        attempt(channel, channel::consumeMore);
      }
    });
  }

  void receive(ConsumerChannel channel, RabbitDelivery delivery) {
    teller.deliver(channel, delivery);
  }

  // From callers.

  /** Has the loop take a step to a new wish; false when it is closed, which is for good. */
  private synchronized boolean wish(State next, Runnable step) {
    if (wish == CLOSED) {
      return false;
    }
    wish = next;
    // In one step with the wish, so that the step of the close is the last.
    side.loop().execute(step);
    return true;
  }

  @Override
  public CompletableFuture<Void> pause() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean open = wish(PAUSED, () -> {
      pausing.add(done);
      reconcile();
    });
    return open ? done : CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> resume() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean open = wish(CONSUMING, () -> {
      resuming.add(done);
      reconcile();
    });
    return open ? done : CompletableFuture.failedFuture(closedException());
  }

  private UnavailableException closedException() {
    return new UnavailableException(
        "The subscription to queue '" + queue + "' is closed. Subscribe again.", null);
  }

  /** Something that is asked of the server. */
  private interface Request {
    void send() throws IOException;
  }

  private void attempt(ConsumerChannel channel, Request request) {
    try {
      request.send();
    } catch (IOException | RuntimeException error) {
      reopen(channel, refused(error));
    }
  }

  @Override
  public void close() {
    CompletableFuture<Void> ended = end();
    if (!side.isOwnThread() && !teller.isTelling()) {
      await(ended);
    }
  }

  /**
   * From here on the receiver is called no more; the future completes when the server has answered.
   */
  CompletableFuture<Void> end() {
    teller.tell(CLOSED, "");
    boolean unusedFirst = wish(CLOSED, this::ended);
    return closed;
  }

  private void ended() {
    side.remove(this);
    if (present != null) {
      present.close();
    }
    present = null;
    answer(pausing);
    resuming.forEach(resume -> side.parts().answers().fail(resume, closedException()));
    closed.complete(null);
  }

  private void await(CompletableFuture<Void> ended) {
    try {
      ended.get(15, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      LOG.warn(
          "The server did not answer the close of the subscription to queue '{}' within 15 s; it ends with the connection.",
          queue);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
