package dev.errand.broker.tck.kit;

/** Kinds of what stands on a server, for cases that compare before with after. */
public enum Part {
  /** Where messages wait. */
  QUEUE,
  /** What leads them there by a key or headers. */
  EXCHANGE,
  /** What ties a queue to an exchange. */
  BINDING,
  /** Who takes messages from a queue. */
  CONSUMER,
  /** What a broker holds open on the server beside its connections. */
  CHANNEL
}
