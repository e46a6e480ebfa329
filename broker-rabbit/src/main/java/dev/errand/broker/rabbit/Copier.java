package dev.errand.broker.rabbit;

import dev.errand.broker.PublishException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Writes copies, so that no verb's caller waits for the server. What waits here is bounded by the
 * prefetch of all subscriptions.
 */
final class Copier {
  private final LinkedBlockingQueue<Copy> waiting = new LinkedBlockingQueue<>();
  private final Publisher publisher;
  private final Thread thread;
  private volatile boolean started;

  Copier(Publisher publisher, Threads threads) {
    this.publisher = publisher;
    thread = threads.create("copy", this::run);
  }

  private record Copy(Confirm confirm, long deadline) {}

  /** Takes a copy; its confirm is told how it ends. Never blocks. */
  void add(Confirm confirm) {
    waiting.add(new Copy(confirm, publisher.deadline()));
    start();
  }

  private synchronized void start() {
    if (!started) {
      started = true;
      thread.start();
    }
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Copy next = waiting.take();
        publisher.copy(next.confirm(), next.deadline());
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends the thread; the gate is closed, so it waits for nothing. What is left is told as
   * unavailable.
   */
  synchronized void close() throws InterruptedException {
    if (started) {
      thread.interrupt();
      thread.join();
    }
    for (Copy left = waiting.poll(); left != null; left = waiting.poll()) {
      left.confirm().failed(PublishException.Reason.UNAVAILABLE, "the broker is closed", null);
    }
  }
}
