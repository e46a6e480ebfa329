package dev.errand.broker.inmemory;

import dev.errand.broker.UnavailableException;
import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Whether a handle is connected to its server, why not, and what waits for it. Guarded by the
 * server's lock, but for what callers wait in.
 */
final class Connection {
  private static final Duration UNTIL_THE_NEXT = Duration.ofMillis(10);

  private final Server server;
  private final Runnable reached;
  private final Consumer<String> lost;
  private final List<Runnable> waiting = new ArrayList<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private CompletableFuture<Void> up = new CompletableFuture<>();
  private String reason = "The server has not answered yet.";
  private boolean connected;
  private boolean everConnected;
  private boolean killed;
  private boolean refused;
  private boolean closed;
  private int acksUntilLoss;

  /**
   * Not yet connected.
   *
   * @param reached runs when the server can be reached from now on
   * @param lost runs when the connection is lost, and why it is
   */
  Connection(Server server, Runnable reached, Consumer<String> lost) {
    this.server = server;
    this.reached = reached;
    this.lost = lost;
  }

  // While the server's lock is held.

  void connect() {
    if (connected || closed || killed || refused || !server.isThere()) {
      return;
    }
    connected = true;
    everConnected = true;
    goOn();
    CompletableFuture<Void> ready = up;
    server.afterwards(() -> ready.complete(null));
  }

  /** Does what waited for the server. */
  private void goOn() {
    reached.run();
    runWaiting();
  }

  private void runWaiting() {
    List<Runnable> actions = List.copyOf(waiting);
    waiting.clear();
    actions.forEach(Runnable::run);
  }

  /** The network passes all again. */
  void flow() {
    if (connected) {
      goOn();
    } else {
      connect();
    }
  }

  /** Whether what is asked of the server is answered. */
  boolean isReachable() {
    return connected && !server.network().isSwallowing();
  }

  boolean isConnected() {
    return connected;
  }

  boolean isClosed() {
    return closed;
  }

  /** Completes with the close. */
  CompletableFuture<Void> end() {
    return end;
  }

  /** Runs it now, or when the server can be reached, or when the handle is closed. */
  void whenReachable(Runnable action) {
    if (closed || isReachable()) {
      action.run();
    } else {
      waiting.add(action);
    }
  }

  void disconnect(String why) {
    if (connected) {
      connected = false;
      reason = why;
      up = new CompletableFuture<>();
      lost.accept(why);
    }
  }

  /** Loses the connection; another follows. */
  void cut(String why) {
    disconnect(why);
    soon(this::connect);
  }

  /** Does it when a lost connection or consumer is made again. */
  void soon(Runnable action) {
    server.later(UNTIL_THE_NEXT, () -> server.run(action));
  }

  /** Loses the connection for good, as a process that dies does. */
  void kill() {
    killed = true;
    disconnect("The broker was killed.");
  }

  /** The server lets it in no more. */
  void refuse(String why) {
    refused = true;
    disconnect(why + ".");
    reason = why + ".";
    UnavailableException refusal = new UnavailableException(reason + " Correct the address.", null);
    CompletableFuture<Void> over = up;
    server.afterwards(() -> over.completeExceptionally(refusal));
  }

  /** The n-th acknowledgement from here on is lost. */
  void loseAck(int nth) {
    acksUntilLoss = nth;
  }

  /** Whether this acknowledgement is lost; the connection is cut then. */
  void acknowledging() {
    if (acksUntilLoss > 0 && --acksUntilLoss == 0) {
      cut("The connection was cut with an acknowledgement on its way.");
    }
  }

  /** Says that nothing passes any more; false when it was said before. */
  boolean closing() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  /** Lets go of the server, and tells who waits. */
  void close() {
    disconnect("The broker is closed.");
    runWaiting();
    CompletableFuture<Void> over = up;
    server.afterwards(() -> over.completeExceptionally(closedException()));
    server.afterwards(() -> end.complete(null));
  }

  // From callers.

  /** Refuses what comes after the close. */
  void checkOpen() {
    if (server.change(() -> closed)) {
      throw closedException();
    }
  }

  static UnavailableException closedException() {
    return new UnavailableException("The broker is closed. Open another one.", null);
  }

  /** As {@link dev.errand.broker.Broker#ready}. */
  void ready(Duration atMost) {
    checkOpen();
    CompletableFuture<Void> present = server.change(() -> up);
    if (server.await(present, atMost)) {
      return;
    }
    if (present.isCompletedExceptionally()) {
      throw new UnavailableException(messageOf(present), null);
    }
    throw new UnavailableException(
        reason() + " There was no connection within " + DurationText.of(atMost)
            + ". Start the server.",
        null);
  }

  private static String messageOf(CompletableFuture<Void> failed) {
    return failed.handle((none, error) -> "" + error.getMessage()).join();
  }

  /** Whether there is one in time. */
  boolean await(Duration atMost) {
    CompletableFuture<Void> present = server.change(() -> closed || connected ? null : up);
    return (present == null || server.await(present, atMost)) && !server.change(() -> closed);
  }

  boolean wasEverThere() {
    return server.change(() -> everConnected);
  }

  /** Why there is none: a sentence. */
  String reason() {
    return server.change(() -> closed ? "The broker is closed." : reason);
  }

  /** What helps, without a full stop. */
  String remedy() {
    return server.change(
        () -> closed ? "Open another one" : refused ? "Correct the address" : "Start the server");
  }
}
