package dev.errand.broker.rabbit;

import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;

import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.time.Time;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Where publishers wait while there is nothing to publish on: not connected, or blocked by the
 * server.
 */
final class Gate {
  private final Time time;
  private final Object lock = new Object();
  private @Nullable Epoch epoch;
  private @Nullable String blocked;
  private Trouble reason;
  private boolean refused;
  private boolean closed;
  private volatile CompletableFuture<Epoch> open = new CompletableFuture<>();

  Gate(Time time, Trouble reason) {
    this.time = time;
    this.reason = reason;
  }

  /** There are channels to publish on. */
  void open(Epoch fresh) {
    synchronized (lock) {
      leave();
      refused = false;
      epoch = fresh;
      set();
    }
  }

  /** There are none, for this reason. */
  void shut(Trouble why) {
    shut(why, false);
  }

  /** There are none until someone acts, for this reason. Who waits is told at once. */
  void refuse(Trouble why) {
    shut(why, true);
  }

  private void shut(Trouble why, boolean untilSomeoneActs) {
    synchronized (lock) {
      leave();
      blocked = null;
      refused = untilSomeoneActs;
      reason = why;
      set();
    }
  }

  /** The server reads no more publishes, for this reason; null when it does again. */
  void blocked(@Nullable String why) {
    synchronized (lock) {
      blocked = why;
      if (why != null) {
        reason = new Trouble(
            "The server blocks publishing (" + why + ")", "Free memory or disk on the server");
      }
      set();
    }
  }

  /** For good. Who waits is told at once. Returns the epoch that was left, or null. */
  @Nullable
  Epoch close() {
    synchronized (lock) {
      Epoch last = epoch;
      closed = true;
      reason = Trouble.CLOSED;
      leave();
      set();
      return last;
    }
  }

  private void leave() {
    if (epoch != null) {
      epoch.over().complete(null);
    }
    epoch = null;
  }

  private void set() {
    if (closed || refused) {
      open.completeExceptionally(new IllegalStateException(reason.toString()));
      open = CompletableFuture.failedFuture(new IllegalStateException(reason.toString()));
    } else if (epoch != null && blocked == null) {
      if (!open.complete(epoch)) {
        open = CompletableFuture.completedFuture(epoch);
      }
    } else if (open.isDone()) {
      open = new CompletableFuture<>();
    }
  }

  /** The present epoch, or null. Never waits. */
  @Nullable
  Epoch now() {
    synchronized (lock) {
      return epoch;
    }
  }

  /** Waits for an epoch in which one may publish. */
  Epoch await(Publication publication, long deadline) throws InterruptedException {
    try {
      return open.get(Math.max(0, deadline - time.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException shut) {
      Trouble why = reasonNow();
      throw new PublishException(UNAVAILABLE, publication, why.what(), why.remedy(), null);
    }
  }

  private Trouble reasonNow() {
    synchronized (lock) {
      return reason;
    }
  }
}
