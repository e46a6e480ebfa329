package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Topology;
import dev.errand.broker.UnavailableException;
import dev.errand.retry.Causes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What has to stand on the broker for each queue, declared at the start and when it is missed. */
final class Places {
  private final Map<String, List<Topology>> wanted;
  private final Broker broker;
  private final Herald herald;
  private final Lifecycle lifecycle;
  private final Set<String> declaring = ConcurrentHashMap.newKeySet();
  private final Map<String, String> told = new ConcurrentHashMap<>();

  /** @param wanted by the queue's name */
  Places(Map<String, List<Topology>> wanted, Broker broker, Herald herald, Lifecycle lifecycle) {
    this.wanted = Map.copyOf(wanted);
    this.broker = broker;
    this.herald = herald;
    this.lifecycle = lifecycle;
  }

  /** Throws what a broker throws that cannot be opened. */
  CompletableFuture<Void> declare(String queue) {
    return broker.declare(wanted.getOrDefault(queue, List.of()).toArray(Topology[]::new));
  }

  /** A copy found no place: all of the queue is declared again, unless that is asked already. */
  void missed(String queue) {
    if (declaring.add(queue)) {
      CompletableFuture<Void> unusedChain = tried(queue).whenComplete((nothing, error) -> {
        declaring.remove(queue);
        if (error != null) {
          WorkerEvent.DeclarationFailed unusedEvent = refused(queue, Causes.unwrapped(error));
        }
      });
    }
  }

  private CompletableFuture<Void> tried(String queue) {
    try {
      return declare(queue);
    } catch (RuntimeException | Error refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /** Tells the refusal, unless that is what was told of this queue before. */
  WorkerEvent.DeclarationFailed refused(String queue, Throwable error) {
    WorkerEvent.DeclarationFailed failed = new WorkerEvent.DeclarationFailed(
        herald.worker(), queue, wanted.getOrDefault(queue, List.of()), error);
    String why = "" + error.getMessage();
    // A broker that was closed refuses to be consumed too, and that is told.
    if (!(error instanceof UnavailableException)
        && !lifecycle.stopping()
        && !why.equals(told.put(queue, why))) {
      herald.tell(failed);
    }
    return failed;
  }
}
