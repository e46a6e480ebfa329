package dev.errand.broker.rabbit;

import dev.errand.broker.PublishException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
  private final Consumer<PublishException> failures;
  private final Thread thread;
  private volatile boolean started;

  Copier(Publisher publisher, Consumer<PublishException> failures, Threads threads) {
    this.publisher = publisher;
    this.failures = failures;
    thread = threads.create("copy", this::run);
  }

  /** Tells the confirm that it stands for, and before a failure, what that shows of the server. */
  private final class Copy extends Confirm {
    private final Confirm behind;
    private final AtomicBoolean told = new AtomicBoolean();
    private final long deadline = publisher.deadline();

    Copy(Confirm behind) {
      super(behind.publication());
      this.behind = behind;
    }

    @Override
    void succeeded() {
      if (told.compareAndSet(false, true)) {
        behind.succeeded();
      }
    }

    @Override
    void failed(PublishException reason) {
      // What failed unexpectedly here may lie in the ring still, and ends there once more.
      if (told.compareAndSet(false, true)) {
        failures.accept(reason);
        behind.failed(reason);
      }
    }
  }

  /** Takes a copy; its confirm is told how it ends. Never blocks. */
  void add(Confirm confirm) {
    waiting.add(new Copy(confirm));
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
      publisher.copy(copy, copy.deadline);
    } catch (InterruptedException closed) {
      copy.failed(closed(copy));
      throw closed;
    } catch (RuntimeException | Error unexpected) {
      LOG.error(
          "A copy failed unexpectedly; its original stays unsettled. Please report this.",
          unexpected);
      copy.failed(
          PublishException.Reason.OUTCOME_UNKNOWN,
          "The copy failed unexpectedly (" + unexpected + ")",
          "Please report this",
          unexpected);
    }
  }

  private static PublishException closed(Copy copy) {
    return new PublishException(
        PublishException.Reason.UNAVAILABLE,
        copy.publication(),
        Trouble.CLOSED.what(),
        Trouble.CLOSED.remedy(),
        null);
  }

  /** Ends the thread; the connection is, so it waits for nothing. Tells what is left so. */
  synchronized void close() throws InterruptedException {
    if (started) {
      thread.interrupt();
      thread.join();
    }
    for (Copy left = waiting.poll(); left != null; left = waiting.poll()) {
      left.failed(closed(left));
    }
  }
}
