package dev.errand.examples.sql;

import dev.errand.broker.Capabilities;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What other threads may know of the connection: whether it is there, why not, what it can do. */
final class Presence {
  // The engine's thread says, the others ask; `this` guards all. Futures are completed outside.
  private CompletableFuture<Void> up = new CompletableFuture<>();
  private String reason = "The database has not answered yet";
  private @Nullable Capabilities capabilities;
  private @Nullable Session session;
  private boolean closing;

  synchronized boolean isClosing() {
    return closing;
  }

  synchronized void close() {
    closing = true;
  }

  synchronized String reason() {
    return closing ? "The broker is closed" : reason;
  }

  /** Of the server that was connected last; null before the first. */
  @Nullable
  synchronized Capabilities capabilities() {
    return capabilities;
  }

  /** Ends well with the next connection, or is that; or badly, when there will be none. */
  synchronized CompletableFuture<Void> up() {
    return up;
  }

  void connected(Session fresh) throws SQLException {
    Capabilities found = SqlBroker.capabilities(fresh.version());
    CompletableFuture<Void> ready;
    synchronized (this) {
      session = fresh;
      capabilities = found;
      ready = up.isCompletedExceptionally() ? new CompletableFuture<>() : up;
      up = ready;
    }
    ready.complete(null);
  }

  /**
   * There is no connection.
   *
   * @param refusal why there will be none until somebody acts; null where it is tried again
   */
  void lost(String why, @Nullable Exception refusal) {
    CompletableFuture<Void> next;
    synchronized (this) {
      session = null;
      reason = why;
      next = up.isDone() && !up.isCompletedExceptionally() ? new CompletableFuture<>() : up;
      up = next;
    }
    if (refusal != null) {
      next.completeExceptionally(refusal);
    }
  }

  /** There will be none any more. */
  void end() {
    CompletableFuture<Void> waitedFor;
    synchronized (this) {
      session = null;
      waitedFor = up;
      up = CompletableFuture.failedFuture(Inbox.closedException());
    }
    waitedFor.completeExceptionally(Inbox.closedException());
  }

  /** Ends the connection, whatever is waited for on it. */
  void abort() throws SQLException {
    Session hanging;
    synchronized (this) {
      hanging = session;
    }
    if (hanging != null) {
      hanging.abort();
    }
  }
}
