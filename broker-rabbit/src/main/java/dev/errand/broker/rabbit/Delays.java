package dev.errand.broker.rabbit;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Connection;
import dev.errand.broker.Declaring;
import dev.errand.broker.Route;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The delay topology on one connection: made when first needed, from the last hop up, so that a
 * message never meets a hole. Thread-safe.
 */
final class Delays {
  private final Connection connection;
  private final Declaring declaring;
  private final Set<String> destinations = ConcurrentHashMap.newKeySet();
  private volatile int highestQueues = -1;
  private boolean exchanges;

  Delays(Connection connection, Declaring declaring) {
    this.connection = connection;
    this.declaring = declaring;
  }

  /**
   * Makes sure that a message with this delay goes this way when it is due. Blocks for some round
   * trips at the first use; {@link Declarations} says how it fails.
   */
  void prepare(DelayKey key, Route route) throws IOException {
    if (key.highest() > highestQueues || !destinations.contains(ServerParts.dueQueue(route))) {
      make(key.highest(), route);
    }
  }

  private synchronized void make(int highest, Route route) throws IOException {
    String queue = ServerParts.dueQueue(route);
    try (Declarations server = new Declarations(connection, declaring)) {
      if (route instanceof Route.ToExchange through) {
        server.checkExchange(through.exchange());
      } else {
        server.checkQueue(queue);
      }
      if (!exchanges) {
        makeExchanges(server);
        exchanges = true;
      }
      for (int position = highestQueues + 1; position <= highest; position++) {
        for (int digit = 1; digit <= 9; digit++) {
          server.delayQueue(position, digit);
        }
        highestQueues = position;
      }
      if (route instanceof Route.ToExchange) {
        server.relayQueue(queue);
      } else {
        server.bindQueue(queue, ServerParts.DELIVER, ServerParts.deliverPattern(queue));
      }
      destinations.add(queue);
    }
  }

  private static void makeExchanges(Declarations server) throws IOException {
    server.parking();
    server.ownExchange(ServerParts.DELIVER, BuiltinExchangeType.TOPIC);
    for (int position = 0; position < ServerParts.DELAY_DIGITS; position++) {
      String exchange = ServerParts.delayExchange(position);
      String next = position == 0 ? ServerParts.DELIVER : ServerParts.delayExchange(position - 1);
      server.ownExchange(exchange, BuiltinExchangeType.TOPIC);
      server.bindExchange(next, exchange, ServerParts.delayPattern(position, 0));
    }
  }

  /**
   * Binds a queue that was declared here and is about to be consumed, so that what was delayed for
   * it before it was made again still finds it. Nothing where all is only checked: consuming needs
   * no such binding.
   */
  static void bind(Connection connection, String queue, Declaring declaring) throws IOException {
    if (declaring == Declaring.CHECK) {
      return;
    }
    try (Declarations server = new Declarations(connection, declaring)) {
      server.parking();
      server.ownExchange(ServerParts.DELIVER, BuiltinExchangeType.TOPIC);
      server.bindQueue(queue, ServerParts.DELIVER, ServerParts.deliverPattern(queue));
    }
  }

  /** Makes a relay queue that is about to be consumed. */
  static void makeRelayQueue(Connection connection, String queue, Declaring declaring)
      throws IOException {
    try (Declarations server = new Declarations(connection, declaring)) {
      server.parking();
      server.ownExchange(ServerParts.DELIVER, BuiltinExchangeType.TOPIC);
      server.relayQueue(queue);
    }
  }

  /** Where it goes may have been deleted: looks again before its next delay. */
  void forget(Route route) {
    destinations.remove(ServerParts.dueQueue(route));
  }
}
