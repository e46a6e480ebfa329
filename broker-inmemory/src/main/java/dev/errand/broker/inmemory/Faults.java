package dev.errand.broker.inmemory;

import dev.errand.broker.Broker;

/**
 * What a test breaks in an in-memory broker: its network, its server, its answers. Thread-safe;
 * nothing blocks.
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
   * Deletes a queue on the server, with all that lies in it and its bindings, as an operator does.
   * Its consumers wait until it is declared again. Does nothing where there is none.
   */
  public void deleteQueue(String queue) {
    handle.server().run(() -> handle.server().deleteQueue(queue));
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
    handle.server().run(handle.server()::hold);
  }

  /** Gives the confirmations that were held. */
  public void releaseConfirms() {
    handle.server().run(handle.server()::letGo);
  }
}
