package dev.errand.broker.tck.kit;

/**
 * Breaks the server under test as the brokers of one {@link BackendFixture} see it. What begins
 * lasts until its opposite is called.
 */
public interface ServerFaults {
  /** Cuts every connection once, without a farewell; new ones are accepted at once. */
  void cutConnections();

  /** The server closes every channel that consumes, once; the connections stay. */
  void closeConsumingChannels();

  /**
   * Deletes a queue with all that lies in it, and its bindings, as an operator does; returns when
   * it is gone. Does nothing where there is none.
   */
  void deleteQueue(String queue);

  /** Deletes an exchange and its bindings, as {@link #deleteQueue}. */
  void deleteExchange(String exchange);

  /**
   * The server refuses publishes to this queue, as to a full one, until {@link #takePublishes}. The
   * queue has an overflow and at least one message; the server may take a few more before it
   * begins.
   */
  void refusePublishes(String queue);

  /** Ends {@link #refusePublishes}; called when the queue is empty. */
  void takePublishes(String queue);

  /** Cuts every connection, and refuses new ones until {@link #start}. */
  void stop();

  /** Ends {@link #stop}. */
  void start();

  /**
   * Restarts the real server, with all that survives that, and returns when it accepts connections
   * again. May take long. A backend that keeps nothing comes back empty.
   */
  void restart();

  /** What brokers send arrives, but nothing that the server answers or delivers comes back. */
  void holdAnswers();

  /**
   * Holds publishers up, as a server without memory does. Called only where
   * {@link Offer#BLOCKED_PUBLISHERS} is offered.
   */
  void blockPublishers();

  /** Ends {@link #blockPublishers}; does nothing where it never began. */
  void admitPublishers();

  /**
   * Has the server take back what is unsettled for longer than a second or so, from brokers that
   * are opened after this. Called only where {@link Offer#CONSUMER_TIMEOUT} is offered.
   *
   * @return what the setting is called with which an operator gives deliveries longer
   */
  default String hastenConsumerTimeout() {
    throw new UnsupportedOperationException("A consumer time-out is not offered.");
  }

  /** Ends {@link #hastenConsumerTimeout}; does nothing where it never began. */
  default void slowConsumerTimeout() {}

  /**
   * The network swallows all: nothing arrives at either side, connections stay open, and new ones
   * get no answer.
   */
  void blackHole();

  /** Ends {@link #holdAnswers} and {@link #blackHole}: what was kept back flows. */
  void flow();
}
