package dev.errand.broker.inmemory;

import dev.errand.broker.Broker;
import java.util.List;

/**
 * What a test breaks in an in-memory broker: its connection, its rights, and the server behind it,
 * with its network; and what it sees of that server. What begins lasts until its opposite is
 * called. Thread-safe; nothing blocks.
 *
 * <p>What breaks the server has the names that the contract's kit has for it, in its
 * {@code ServerFaults}, so that a subclass which says that it implements them does so.
 */
public class Faults {
  private final InMemoryBroker handle;

  /**
   * The faults of this handle and of the server behind it.
   *
   * @throws IllegalArgumentException when the broker is not in memory
   */
  protected Faults(Broker broker) {
    if (!(broker instanceof InMemoryBroker memory)) {
      throw new IllegalArgumentException(
          "Faults are for brokers opened by a memory: address; this is " + broker + ".");
    }
    handle = memory;
  }

  /**
   * The faults of this handle and of the server behind it.
   *
   * @throws IllegalArgumentException when the broker is not in memory
   */
  public static Faults of(Broker broker) {
    return new Faults(broker);
  }

  private Server server() {
    return handle.server();
  }

  // Of the handle.

  /**
   * Cuts this handle's connection. What it held comes back, what is unanswered is unknown; it
   * connects again after 10 ms.
   */
  public final void cut() {
    server().run(() -> handle.connection().cut("The connection was cut."));
  }

  /** Cuts this handle off for good, as if its process had died. It is still to be closed. */
  public final void kill() {
    server().run(handle.connection()::kill);
  }

  /**
   * From now on the server lets this handle neither declare nor publish to what has a name that
   * begins so, as one does that grants rights.
   */
  public final void forbid(String prefix) {
    server().run(() -> handle.rights().forbid(prefix));
  }

  /**
   * Cuts this handle's connection and refuses it from now on, as a server does that does not know
   * its user.
   *
   * @param why what its failures say: a sentence without a full stop
   */
  public final void refuse(String why) {
    server().run(() -> handle.connection().refuse(why));
  }

  /**
   * Has the n-th acknowledgement from now on be lost with this handle's connection: its future
   * fails as gone, and the message comes back, with all others that this handle held.
   *
   * @param nth 1 for the next one
   * @throws IllegalArgumentException when it is less than 1
   */
  public final void loseAck(int nth) {
    if (nth < 1) {
      throw new IllegalArgumentException(
          "Acknowledgement " + nth + " cannot be lost. Give 1 for the next one, or more.");
    }
    server().run(() -> handle.connection().loseAck(nth));
  }

  // Of the server.

  /** Cuts the connections of all handles, as {@link #cut}. */
  public final void cutConnections() {
    server().run(server()::cutAll);
  }

  /**
   * Cancels the consumers of all handles, as a server that closes their channels does; they are
   * made again after 10 ms.
   */
  public final void closeConsumingChannels() {
    server().run(server()::cancelAll);
  }

  /**
   * Deletes a queue on the server, with all that lies in it and its bindings, as an operator does.
   * Its consumers are made again when it is declared again, which a handle that declared it and
   * consumes it does after 10 ms. Does nothing where there is none.
   */
  public final void deleteQueue(String queue) {
    server().run(() -> server().deleteQueue(queue));
  }

  /** Deletes an exchange on the server, and its bindings, as {@link #deleteQueue}. */
  public final void deleteExchange(String exchange) {
    server().run(() -> server().topology().deleteExchange(exchange));
  }

  /** The server refuses messages to this queue, as to a full one, until {@link #takePublishes}. */
  public final void refusePublishes(String queue) {
    server().run(() -> server().router().refuse(queue));
  }

  /** Ends {@link #refusePublishes}. */
  public final void takePublishes(String queue) {
    server().run(() -> server().router().take(queue));
  }

  /**
   * What stands on the server, one line for each, which begins with {@code queue},
   * {@code exchange}, {@code binding} or {@code consumer}.
   */
  public final List<String> inventory() {
    return server().change(server().topology()::inventory);
  }

  /** Takes the server away from every handle, until {@link #start}. */
  public final void stop() {
    server().run(server()::stop);
  }

  /** Ends {@link #stop}; every handle connects at once. */
  public final void start() {
    server().run(server()::start);
  }

  /**
   * Restarts the server, which comes back empty: queues, exchanges, bindings and messages, the
   * delayed ones too, are gone. Every handle connects at once, and declares again what it declared.
   */
  public final void restart() {
    server().run(server()::restart);
  }

  /** Messages arrive, and nobody is told so, until {@link #flow}. */
  public final void holdAnswers() {
    server().run(server().network()::hold);
  }

  /**
   * Swallows all that goes between any handle and the server, until {@link #flow}; then what was on
   * its way arrives, unless its connection was given up. That is noticed after 20 s.
   */
  public final void blackHole() {
    server().run(server()::swallow);
  }

  /** Ends {@link #holdAnswers} and {@link #blackHole}: what was kept back flows. */
  public final void flow() {
    server().run(server()::flow);
  }

  /**
   * Blocks publishers, as a server without memory does, until {@link #admitPublishers}: a publish
   * waits for its time-out and then fails as unavailable, and so does a copy; all else goes on.
   */
  public final void blockPublishers() {
    server().run(server().admission()::block);
  }

  /** Ends {@link #blockPublishers}; who waits goes on. */
  public final void admitPublishers() {
    server().run(() -> server().afterwards(server().admission().admit()));
  }
}
