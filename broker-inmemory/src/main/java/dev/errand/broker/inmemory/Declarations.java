package dev.errand.broker.inmemory;

import dev.errand.broker.Binding;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Declaring;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What a handle declares, and declares again on each connection. Guarded by the server's lock. */
final class Declarations {
  private static final System.Logger LOG = System.getLogger(Declarations.class.getName());

  private final Server server;
  private final Rights rights;
  private final Declaring declaring;
  private final Set<Topology> remembered = new LinkedHashSet<>();

  Declarations(Server server, Rights rights, Declaring declaring) {
    this.server = server;
    this.rights = rights;
    this.declaring = declaring;
  }

  /** In the order in which they can stand: a queue after its overflow, a binding at last. */
  static List<Topology> ordered(Topology... parts) {
    return Arrays.stream(parts).sorted(Topology.DECLARING).toList();
  }

  /** Declares these, and tells how it ended. */
  void declare(List<Topology> parts, CompletableFuture<Void> done) {
    try {
      parts.forEach(part -> {
        declare(part);
        remembered.add(part);
      });
      server.afterwards(() -> done.complete(null));
    } catch (BrokerException refused) {
      server.afterwards(() -> done.completeExceptionally(refused));
    }
  }

  private void declare(Topology part) {
    rights.checkDeclaring(part);
    switch (declaring) {
      case MAKE -> server.topology().declare(part);
      case CHECK -> server.topology().check(part);
    }
  }

  /** Has the place stand where what is delayed is parked, should it have none when it is due. */
  void prepare(Publication publication) {
    if (publication.delayed() && declaring == Declaring.MAKE) {
      server.topology().parking();
    }
  }

  /** Declares all again; what stands there differently by now is left as it is. */
  void restore() {
    restore(remembered);
  }

  /**
   * Makes a queue that is gone, and its bindings, where they were declared here and not checked.
   */
  void makeAgain(String queue) {
    if (declaring == Declaring.MAKE) {
      restore(ordered(remembered.stream()
          .filter(part -> (part instanceof Queue named && named.name().equals(queue))
              || (part instanceof Binding binding && binding.queue().equals(queue)))
          .toArray(Topology[]::new)));
    }
  }

  private void restore(Collection<Topology> parts) {
    parts.forEach(part -> {
      try {
        declare(part);
      } catch (TopologyException different) {
        // Not under the lock: what handles a log line is not ours.
        String line = "After a loss: " + different.getMessage();
        server.afterwards(() -> LOG.log(System.Logger.Level.WARNING, line));
      }
    });
  }
}
