package dev.errand.broker.inmemory;

import static dev.errand.broker.PublishException.Reason.REJECTED;

import dev.errand.broker.Exchange;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;

/** What the server lets a handle do: all, until a test forbids some. Guarded by its lock. */
final class Rights {
  private static final String REMEDY = "Have the permission granted";

  private String forbidden = "";

  /** From here on, nothing with what has a name that begins so. */
  void forbid(String prefix) {
    forbidden = prefix;
  }

  void checkDeclaring(Topology part) {
    if (part instanceof Queue queue) {
      checkDeclaring("queue", queue.name());
    } else if (part instanceof Exchange exchange) {
      checkDeclaring("exchange", exchange.name());
    }
  }

  private void checkDeclaring(String kind, String name) {
    if (isForbidden(name)) {
      String part = kind + " '" + name + "'";
      throw new TopologyException(
          TopologyException.Reason.FORBIDDEN,
          part,
          "The server does not allow us to declare " + part,
          REMEDY,
          null);
    }
  }

  void checkPublishing(Publication publication) {
    Route route = publication.route();
    String name =
        route instanceof Route.ToExchange to ? to.exchange() : ((Route.ToQueue) route).queue();
    if (isForbidden(name)) {
      throw new PublishException(
          REJECTED,
          publication,
          "The server does not allow us to publish to " + route,
          REMEDY,
          null);
    }
  }

  private boolean isForbidden(String name) {
    return !forbidden.isEmpty() && name.startsWith(forbidden);
  }
}
