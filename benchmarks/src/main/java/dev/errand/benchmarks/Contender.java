package dev.errand.benchmarks;

import java.io.IOException;

/** One way to move jobs through a queue. Each phase blocks until all jobs have gone through it. */
interface Contender extends AutoCloseable {
  /** Enqueues so many, with every confirmation received at the end. */
  void enqueue(int jobs) throws Exception;

  /** Begins to consume; {@link #drain} ends it. */
  void consume(int jobs) throws Exception;

  /** Waits until all are consumed and acknowledged, and ends consuming. */
  void drain() throws Exception;

  @Override
  void close() throws IOException;
}
