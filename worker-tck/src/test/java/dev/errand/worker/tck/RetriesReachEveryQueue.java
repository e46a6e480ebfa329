package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Topology;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Fault: a retried job goes to every queue that had a copy of it. */
final class RetriesReachEveryQueue extends ForwardingBroker {
  private final Set<String> queues = ConcurrentHashMap.newKeySet();

  RetriesReachEveryQueue(Broker real) {
    super(real);
  }

  @Override
  public CompletableFuture<Void> declare(Topology... parts) {
    for (Topology part : parts) {
      if (part instanceof Queue queue && queue.overflow() != null) {
        queues.add(queue.name());
      }
    }
    return super.declare(parts);
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return new ForwardingDelivery(delivery) {
      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        if (copy.route() instanceof Route.ToQueue to && queues.contains(to.queue())) {
          queues.stream()
              .filter(queue -> !queue.equals(to.queue()))
              .map(queue -> new Publication(copy.message(), Route.queue(queue), copy.delay()))
              .forEach(extra -> publish(extra).join());
        }
        return super.replace(copy);
      }
    };
  }
}
