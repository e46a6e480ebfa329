package dev.errand.errors;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.errand.broker.Broker;
import dev.errand.testing.rabbit.PlantedPassword;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node that all chapters share: it is made to refuse, so it is nobody else's. It takes messages
 * of 2 MiB at most.
 */
final class Rabbit {
  /**
   * Declares nothing that begins with {@code closed}, publishes to no queue, reads no
   * {@code unread}.
   */
  static final String USER = "shop";

  private static @Nullable RabbitNode node;

  private Rabbit() {}

  static synchronized RabbitNode node() {
    RabbitNode running = node;
    if (running == null) {
      running = RabbitServer.privateNode("max_message_size = 2097152");
      running.ctl("add_user", USER, PlantedPassword.TEXT);
      running.ctl(
          "set_permissions", USER, "^(?!closed).*", "^(?!amq\\.default).*", "^(?!unread).*");
      node = running;
    }
    return running;
  }

  /** As an administrator, with parameters such as {@code publish-timeout=500ms}. */
  static String address(String... parameters) {
    return with(node().address(), parameters);
  }

  /** As {@link #USER}. */
  static String addressOfUser(String... parameters) {
    return with(
        node().address().replace("guest:guest", USER + ":" + PlantedPassword.TEXT), parameters);
  }

  static String with(String address, String... parameters) {
    return parameters.length == 0 ? address : address + "?" + String.join("&", parameters);
  }

  /** A broker that is connected. */
  static Broker open(String... parameters) {
    return connected(Broker.open(address(parameters)));
  }

  static Broker connected(Broker broker) {
    broker.ready(Duration.ofSeconds(10));
    return broker;
  }

  /** What somebody else does on a server. */
  @FunctionalInterface
  interface Deed {
    void on(Channel channel) throws Exception;
  }

  static void somebodyElse(Deed deed) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(address());
    try (Connection connection = factory.newConnection()) {
      deed.on(connection.createChannel());
    }
  }

  /** Somebody else's quorum queue with these arguments beside those of a task's queue. */
  static Deed declares(String queue, Map<String, Object> more) {
    return channel -> channel.queueDeclare(queue, true, false, false, merged(queue, more));
  }

  private static Map<String, Object> merged(String queue, Map<String, Object> more) {
    Map<String, Object> arguments = new HashMap<>(Map.of(
        "x-queue-type", "quorum",
        "x-overflow", "reject-publish",
        "x-delivery-limit", 100,
        "x-dead-letter-exchange", "errand.overflow",
        "x-dead-letter-routing-key", queue,
        "x-dead-letter-strategy", "at-least-once"));
    arguments.putAll(more);
    return arguments;
  }
}
