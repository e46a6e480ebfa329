package dev.errand.examples.sql;

import dev.errand.broker.BrokerException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

// @start region="work"
/**
 * Something to do in the database, and the future of its caller. It shares a transaction with
 * others: when one of them throws, all is undone, and each is done alone.
 */
abstract class Work<T> {
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final AtomicBoolean answered = new AtomicBoolean();
  private @Nullable T result;

  /** Does it. May be called again where a former transaction was undone. */
  abstract @Nullable T on(Database database) throws SQLException;

  /** What it fails with where the database refuses it; null ends the connection instead. */
  @Nullable
  BrokerException refused(SQLException why) {
    return null;
  }

  /** What it fails with when the connection is lost before the answer; null waits for the next. */
  @Nullable
  BrokerException lost() {
    return null;
  }

  /** What it fails with when there is no answer in time. */
  BrokerException late() {
    throw new IllegalStateException("It has all the time it needs.");
  }

  /** It is committed; on the engine's thread, before its caller is told. */
  void succeeded() {}

  /** As {@link #succeeded}, where it failed. */
  void failed(BrokerException why) {}
  // @end

  final CompletableFuture<T> answer() {
    return answer;
  }

  final void attempt(Database database) throws SQLException {
    result = on(database);
  }

  final boolean isAnswered() {
    return answered.get();
  }

  /** Whether nobody has answered it before. */
  final boolean answersFirst() {
    return answered.compareAndSet(false, true);
  }

  final void complete() {
    answer.complete(result);
  }

  final void fail(BrokerException why) {
    answer.completeExceptionally(why);
  }
}
