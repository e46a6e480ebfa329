package dev.errand.broker.rabbit;

import static dev.errand.broker.PublishException.Reason.BEYOND_LIMIT;
import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.PARTLY_REJECTED;
import static dev.errand.broker.PublishException.Reason.REJECTED;
import static dev.errand.broker.PublishException.Reason.UNROUTABLE;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import dev.errand.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A publishing channel with a bounded window of unanswered messages. */
final class ConfirmChannel {
  /*
   * Publishers write under `lock`, one at a time, and wait for room while they hold it. The client's reader thread brings answers and takes
   * no lock that a publisher holds: a publisher may be stuck in the socket until the server, which waits for us to read, goes on.
   *
   * A write that an Error breaks off, mostly as its thread's stack or the heap is at its end, leaves it TORN: the client may have counted a
   * message that the server never saw, so that each later answer would be for the one before, and half a frame may be on its way. No other
   * message is written then, and the sweep ends the connection. Whoever has the Error may have no stack left for more than a field.
   *
   * What is unanswered lies in the ring, which says who ends it. A channel is dead before its shutdown listeners run: what is put after they
   * have looked is found by the write that fails.
   */
  enum Handed {
    /** The confirm is told how it ends. */
    OVER,
    /** The channel is closed; nothing was sent. */
    CLOSED,
    /** No room in time; nothing was sent. */
    NO_ROOM
  }

  private static final int ABORT_MILLIS = 1_000;
  private static final long TORN = Long.MIN_VALUE;

  private final Channel channel;
  private final Time time;
  private final Runnable afterAnswers;
  private final ReentrantLock lock = new ReentrantLock();
  private final ConfirmRing ring;
  /** When the write that goes on began, 0 where none does; TORN. */
  private volatile long writingSince;

  private volatile @Nullable ShutdownSignalException dead;

  /** An answer did not come in time: what it was about may still be refused. */
  private volatile boolean gaveUp;

  /** A write failed: the connection is over, whether its reader knows it yet or not. */
  private volatile boolean broken;

  private ConfirmChannel(Channel channel, int window, Time time, Runnable afterAnswers) {
    this.channel = channel;
    this.time = time;
    this.afterAnswers = afterAnswers;
    ring = new ConfirmRing(window);
  }

  /**
   * Opens a channel on the connection.
   *
   * @param afterAnswers runs on the reader's thread when a few confirms have been told
   */
  static ConfirmChannel open(Connection connection, int window, Time time, Runnable afterAnswers)
      throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the server allows no further channel on this connection");
    }
    ConfirmChannel confirms = new ConfirmChannel(channel, window, time, afterAnswers);
    channel.confirmSelect();
    channel.addReturnListener(confirms::returned);
    channel.addConfirmListener(
        (number, multiple) -> confirms.answered(number, multiple, ConfirmChannel::taken),
        (number, multiple) -> confirms.answered(number, multiple, ConfirmChannel::refused));
    channel.addShutdownListener(confirms::shutDown);
    return confirms;
  }

  /** Runs when the channel closes, for whatever reason; at once if it is closed already. */
  void onClosed(Runnable action) {
    channel.addShutdownListener(cause -> action.run());
  }

  Handed publish(Confirm confirm, Address address, long deadline) throws InterruptedException {
    if (!lock.tryLock(deadline - time.nanoTime(), TimeUnit.NANOSECONDS)) {
      return Handed.NO_ROOM;
    }
    try {
      if (!awaitRoom(deadline)) {
        return isOver() ? Handed.CLOSED : Handed.NO_ROOM;
      }
      return write(confirm, address);
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitRoom(long deadline) throws InterruptedException {
    while (!isOver() && !ring.hasRoom()) {
      CompletableFuture<Void> left = ring.nextToLeave();
      if (!isOver() && !ring.hasRoom() && !await(left, deadline)) {
        return false;
      }
    }
    return !isOver();
  }

  private boolean isOver() {
    return broken || isTorn() || dead != null;
  }

  /** Whether an Error broke off a write, so that the connection has to be made again. */
  boolean isTorn() {
    return writingSince == TORN;
  }

  private Handed write(Confirm confirm, Address address) {
    long number = channel.getNextPublishSeqNo();
    AMQP.BasicProperties properties;
    try {
      Message message = confirm.publication().message();
      properties = Properties.of(
          address.isParking() ? message : message.unmarked(), number, address.dueKey());
    } catch (RuntimeException unencodable) {
      // Nothing was counted yet, so it fails alone.
      unencodable(confirm, unencodable);
      return Handed.OVER;
    }
    confirm.sent(number, time.nanoTime());
    return send(confirm, address, properties);
  }

  private Handed send(Confirm confirm, Address address, AMQP.BasicProperties properties) {
    ring.put(confirm);
    writingSince = confirm.sentAt();
    long then = TORN;
    try {
      byte[] body = confirm.publication().message().body();
      channel.basicPublish(address.exchange(), address.key(), true, properties, body);
      then = 0;
      return Handed.OVER;
    } catch (AlreadyClosedException closed) {
      then = 0;
      return ring.remove(confirm) ? Handed.CLOSED : Handed.OVER;
    } catch (IOException failed) {
      broken = true;
      then = 0;
      if (ring.remove(confirm)) {
        unanswered(confirm, "The connection broke while the message was written", failed);
      }
      return Handed.OVER;
    } catch (RuntimeException unencodable) {
      // The client counted it, the server never saw it: every later number would be off by one.
      then = 0;
      if (ring.remove(confirm)) {
        unencodable(confirm, unencodable);
      }
      abort();
      return Handed.OVER;
    } finally {
      writingSince = then;
    }
  }

  private static void unencodable(Confirm confirm, RuntimeException error) {
    confirm.failed(
        BEYOND_LIMIT,
        "AMQP cannot encode it (" + error.getMessage() + ")",
        "Shorten or change what it says",
        error);
  }

  private static void unanswered(Confirm confirm, String what, Exception error) {
    confirm.failed(
        OUTCOME_UNKNOWN,
        what + " (" + Refusals.text(error) + ")",
        "Publish it again where its handler may run twice",
        error);
  }

  private void returned(Return message) {
    Object number = message.getProperties().getHeaders().get(Properties.NUMBER);
    if (number instanceof Long sequence) {
      Confirm confirm = ring.find(sequence);
      if (confirm != null) {
        confirm.returned(message.getReplyText());
      }
    }
  }

  private void answered(long number, boolean multiple, Consumer<Confirm> end) {
    ring.answered(number, multiple, end);
    afterAnswers.run();
  }

  private static void taken(Confirm confirm) {
    if (confirm.returnedBecause() == null) {
      confirm.succeeded();
    } else {
      confirm.failed(PublishException.unroutable(confirm.publication()));
    }
  }

  private static void refused(Confirm confirm) {
    Publication publication = confirm.publication();
    if (confirm.returnedBecause() != null) {
      confirm.failed(PublishException.unroutable(publication));
    } else if (publication.route() instanceof Route.ToExchange && !publication.delayed()) {
      // One answer for all queues behind it: none of them may have it, or all but one.
      confirm.failed(
          PARTLY_REJECTED,
          "The server refused the message for a queue behind the exchange: it is full or not available",
          "Look at the length limits and members of the queues on the server",
          null);
    } else {
      confirm.failed(
          REJECTED,
          "The server refused the message: the queue is full or not available",
          "Look at the queue's length limit and its members on the server",
          null);
    }
  }

  private void shutDown(ShutdownSignalException cause) {
    dead = cause;
    List<Confirm> unanswered = new ArrayList<>();
    ring.takeAll(unanswered::add);
    // What the server refused is unanswered: where only one is, and none was given up before, that
    // is it.
    boolean alone = unanswered.size() == 1 && !gaveUp;
    unanswered.forEach(confirm -> fail(confirm, cause, alone));
    afterAnswers.run();
  }

  private static void fail(Confirm confirm, ShutdownSignalException cause, boolean alone) {
    int code = alone && Refusals.ofChannel(cause) ? Refusals.code(cause) : 0;
    Route route = confirm.publication().route();
    switch (code) {
      case AMQP.NOT_FOUND ->
        confirm.failed(
            UNROUTABLE,
            "There is no " + exchange(route) + ". The server says: " + Refusals.text(cause),
            "Declare the exchange, and publish it again then",
            cause);
      case AMQP.ACCESS_REFUSED ->
        confirm.failed(
            REJECTED,
            "The server does not allow us to publish to " + route + ". It says: "
                + Refusals.text(cause),
            "Have the permission granted with 'rabbitmqctl set_permissions'",
            cause);
      case AMQP.PRECONDITION_FAILED ->
        confirm.failed(
            BEYOND_LIMIT,
            "The server does not take the message as it is. It says: " + Refusals.text(cause),
            "Change in the message what it names, or the server's limit",
            cause);
      default -> unanswered(confirm, "The connection was lost before the server answered", cause);
    }
  }

  /** What was missing: the route's own exchange, or one of ours on the way to its queue. */
  private static String exchange(Route route) {
    return route instanceof Route.ToExchange through
        ? "exchange '" + through.exchange() + "'"
        : "exchange for " + route;
  }

  /**
   * Fails what has waited longer than this. Returns how long a write has been stuck; zero when none
   * is.
   */
  Duration sweep(Duration timeout) {
    long now = time.nanoTime();
    if (ring.expire(now, timeout.toNanos(), confirm -> expired(confirm, timeout))) {
      afterAnswers.run();
    }
    long since = writingSince;
    return since == 0 || since == TORN ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - since));
  }

  private void expired(Confirm confirm, Duration timeout) {
    gaveUp = true;
    confirm.failed(PublishException.unanswered(confirm.publication(), timeout));
  }

  /** Waits until nothing is unanswered, or the channel is closed. */
  void awaitIdle(long deadline) throws InterruptedException {
    if (!lock.tryLock(deadline - time.nanoTime(), TimeUnit.NANOSECONDS)) {
      return;
    }
    try {
      awaitNone(deadline);
    } finally {
      lock.unlock();
    }
  }

  private void awaitNone(long deadline) throws InterruptedException {
    while (dead == null && !ring.isEmpty() && time.nanoTime() < deadline) {
      CompletableFuture<Void> left = ring.nextToLeave();
      if (dead == null && !ring.isEmpty()) {
        await(left, deadline);
      }
    }
  }

  private boolean await(CompletableFuture<Void> signal, long deadline) throws InterruptedException {
    try {
      signal.get(Math.max(1, deadline - time.nanoTime()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }

  void abort() {
    if (isTorn()) {
      channel.getConnection().abort(ABORT_MILLIS);
    }
    try {
      channel.abort();
    } catch (IOException ignored) {
      // It is closed either way.
    }
  }
}
