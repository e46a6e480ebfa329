package dev.errand.broker.inmemory;

import dev.errand.broker.Broker;
import java.util.List;

/**
 * What a test breaks in an in-memory broker: its network, its server, its answers, its rights; and
 * what it sees of it. Thread-safe; nothing blocks.
 */
public final class Faults {
  private final InMemoryBroker handle;

  private Faults(InMemoryBroker handle) {
    this.handle = handle;
  }

  /**
   * The faults of this handle and of the server behind it.
   *
   * @throws IllegalArgumentException when the broker is not in memory
   */
  public static Faults of(Broker broker) {
    if (broker instanceof InMemoryBroker memory) {
      return new Faults(memory);
    }
    throw new IllegalArgumentException(
        "Faults are for brokers opened by a memory: address; this is " + broker + ".");
  }

  /**
   * Cuts this handle's connection. What it held comes back, what is unanswered is unknown; it
   * connects again after 10 ms.
   */
  public void cut() {
    handle.server().run(() -> handle.cut("The connection was cut."));
  }

  /** Cuts this handle off for good, as if its process had died. It is still to be closed. */
  public void kill() {
    handle.server().run(handle::kill);
  }

  /**
   * Cancels this handle's consumers, as a server that closes their channels does; they are made
   * again after 10 ms.
   */
  public void cancelConsumers() {
    handle.server().run(() -> handle.cancelAll("The server closed the channel."));
  }

  /**
   * From now on the server lets this handle neither declare nor publish to what has a name that
   * begins so, as one does that grants rights.
   */
  public void forbid(String prefix) {
    handle.server().run(() -> handle.forbid(prefix));
  }

  /**
   * Cuts this handle's connection and refuses it from now on, as a server does that does not know
   * its user.
   *
   * @param why what its failures say: a sentence without a full stop
   */
  public void refuse(String why) {
    handle.server().run(() -> handle.refuse(why));
  }

  /**
   * Deletes a queue on the server, with all that lies in it and its bindings, as an operator does.
   * Its consumers wait until it is declared again. Does nothing where there is none.
   */
  public void deleteQueue(String queue) {
    handle.server().run(() -> handle.server().deleteQueue(queue));
  }

  /** Deletes an exchange on the server, and its bindings, as {@link #deleteQueue}. */
  public void deleteExchange(String exchange) {
    handle.server().run(() -> handle.server().deleteExchange(exchange));
  }

  /** The server refuses messages to this queue, as to a full one, until {@link #takePublishes}. */
  public void refusePublishes(String queue) {
    handle.server().run(() -> handle.server().refuse(queue));
  }

  /** Ends {@link #refusePublishes}. */
  public void takePublishes(String queue) {
    handle.server().run(() -> handle.server().take(queue));
  }

  /**
   * What stands on the server, one line for each, which begins with {@code queue},
   * {@code exchange}, {@code binding} or {@code consumer}.
   */
  public List<String> inventory() {
    return handle.server().change(handle.server()::inventory);
  }

  /** Takes the server away from every handle, until {@link #serverUp()}. */
  public void serverDown() {
    handle.server().run(() -> handle.server().setDown(true));
  }

  /** Brings the server back; every handle connects at once. */
  public void serverUp() {
    handle.server().run(() -> handle.server().setDown(false));
  }

  /** Messages arrive, and nobody is told so, until {@link #releaseConfirms()}. */
  public void holdConfirms() {
    handle.server().run(handle.server().network()::hold);
  }

  /** Gives the confirmations that were held; ends {@link #blackHole()} too. */
  public void releaseConfirms() {
    handle.server().run(handle.server()::flow);
  }

  /**
   * Swallows all that goes between any handle and the server, until {@link #releaseConfirms()};
   * then what was on its way arrives, unless its connection was given up. That is noticed after 20
   * s.
   */
  public void blackHole() {
    handle.server().run(handle.server()::swallow);
  }

  /**
   * Blocks publishers, as a server without memory does, until {@link #admitPublishers()}: a publish
   * waits for its time-out and then fails as unavailable, and so does a copy; all else goes on.
   */
  public void blockPublishers() {
    handle.server().run(handle.server().admission()::block);
  }

  /** Ends {@link #blockPublishers()}; who waits goes on. */
  public void admitPublishers() {
    Server server = handle.server();
    server.run(() -> server.afterwards(server.admission().admit()));
  }

  /**
   * Has the n-th acknowledgement from now on be lost with this handle's connection: its future
   * fails as gone, and the message comes back, with all others that this handle held.
   *
   * @param nth 1 for the next one
   * @throws IllegalArgumentException when it is less than 1
   */
  public void loseAck(int nth) {
    if (nth < 1) {
      throw new IllegalArgumentException(
          "Acknowledgement " + nth + " cannot be lost. Give 1 for the next one, or more.");
    }
    handle.server().run(() -> handle.loseAck(nth));
  }
}
