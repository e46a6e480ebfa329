package dev.errand.broker.inmemory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Whether the server takes messages. Guarded by the server's lock. */
final class Admission {
  private CompletableFuture<Void> admitted = CompletableFuture.completedFuture(null);
  private List<Runnable> copies = new ArrayList<>();

  /** Publishers wait from here on. */
  void block() {
    if (admitted.isDone()) {
      admitted = new CompletableFuture<>();
    }
  }

  /** Publishers go on; returns what is to be done outside the lock. */
  Runnable admit() {
    CompletableFuture<Void> over = admitted;
    admitted = CompletableFuture.completedFuture(null);
    List<Runnable> waiting = copies;
    copies = new ArrayList<>();
    waiting.forEach(Runnable::run);
    return () -> over.complete(null);
  }

  /** Completes when publishers may go on. */
  CompletableFuture<Void> admitted() {
    return admitted;
  }

  /** Does it now, or, while publishers are blocked, when they go on. */
  void copy(Runnable copying) {
    if (admitted.isDone()) {
      copying.run();
    } else {
      copies.add(copying);
    }
  }
}
