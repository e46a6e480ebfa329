package dev.errand.benchmarks.hostile;

import java.io.IOException;

/** A program that puts what it likes into a queue. */
interface Sender extends AutoCloseable {
  /** Sends it; the broker may not have it yet. */
  void send(Foreign message) throws IOException;

  /** Returns when the broker has all that was sent. */
  void flush() throws IOException;

  /** Deletes the queues where it can. */
  @Override
  void close() throws IOException;
}
