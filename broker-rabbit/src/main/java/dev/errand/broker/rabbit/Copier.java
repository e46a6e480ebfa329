package dev.errand.broker.rabbit;

import dev.errand.broker.PublishException;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes copies, so that no verb's caller waits for the server. What waits here is bounded by the
 * prefetch of all subscriptions.
 */
final class Copier {
  private static final Logger LOG = LoggerFactory.getLogger(Copier.class);

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
        write(next);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** A copy that fails unexpectedly is told so, and the others go on. */
  private void write(Copy copy) throws InterruptedException {
    try {
      publisher.copy(copy.confirm(), copy.deadline());
    } catch (RuntimeException | Error unexpected) {
      LOG.error(
          "A copy failed unexpectedly; its original stays unsettled. Please report this.",
          unexpected);
      copy.confirm()
          .failed(
              PublishException.Reason.OUTCOME_UNKNOWN,
              "it failed unexpectedly (" + unexpected + ")",
              unexpected);
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
