package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.Binding;
import dev.errand.broker.Declaring;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Declares parts on one connection, or checks that they are there, over a channel that is made
 * again when the server closes it, which is how it refuses. One thread at a time. Each method
 * throws {@link TopologyException} when the server refuses, and {@code IOException} when the
 * connection breaks.
 *
 * <p>AMQP shows by name whether a queue or an exchange is there, and nothing else: where all is
 * only checked, types, arguments and bindings are taken as given.
 */
final class Declarations implements AutoCloseable {
  private final Connection connection;
  private final Declaring declaring;
  private Channel channel;

  Declarations(Connection connection, Declaring declaring) throws IOException {
    this.connection = connection;
    this.declaring = declaring;
    this.channel = open();
  }

  private Channel open() throws IOException {
    try {
      Channel opened = connection.createChannel();
      if (opened == null) {
        throw new IOException("the server allows no further channel on this connection");
      }
      return opened;
    } catch (ShutdownSignalException lost) {
      throw new IOException(lost);
    }
  }

  /** One request to the server. */
  private interface Request {
    void send(Channel channel) throws IOException;
  }

  private void ask(String part, Request request) throws IOException {
    try {
      if (!channel.isOpen()) {
        channel = open();
      }
      request.send(channel);
    } catch (IOException | AlreadyClosedException error) {
      if (Refusals.ofChannel(error)) {
        throw refused(part, error);
      }
      throw error instanceof IOException broken ? broken : new IOException(error);
    } catch (ShutdownSignalException error) {
      throw new IOException(error);
    } catch (RuntimeException unencodable) {
      // The client waits on this channel for an answer to what it never sent.
      close();
      throw new TopologyException(
          TopologyException.Reason.UNSUPPORTED,
          part,
          "AMQP cannot encode " + part + " (" + unencodable.getMessage() + ")",
          "Shorten or change its values",
          unencodable);
    }
  }

  private TopologyException refused(String part, Exception error) {
    return declaring == Declaring.CHECK && Refusals.code(error) == AMQP.NOT_FOUND
        ? TopologyException.notMade(part, error)
        : Refusals.ofPart(part, error);
  }

  private void askForExchange(String name, BuiltinExchangeType type, Map<String, Object> arguments)
      throws IOException {
    String part = "exchange '" + name + "'";
    switch (declaring) {
      case MAKE -> ask(part, to -> to.exchangeDeclare(name, type, true, false, arguments));
      case CHECK -> ask(part, to -> to.exchangeDeclarePassive(name));
    }
  }

  private void askForQueue(String name, Map<String, Object> arguments) throws IOException {
    String part = "queue '" + name + "'";
    switch (declaring) {
      case MAKE -> ask(part, to -> to.queueDeclare(name, true, false, false, arguments));
      case CHECK -> ask(part, to -> to.queueDeclarePassive(name));
    }
  }

  private void askForBinding(String part, Request request) throws IOException {
    if (declaring == Declaring.MAKE) {
      ask(part, request);
    }
  }

  void declare(Topology part) throws IOException {
    if (part instanceof Exchange exchange) {
      exchange(exchange);
    } else if (part instanceof Queue queue) {
      queue(queue);
    } else if (part instanceof Binding binding) {
      bind(binding);
    }
  }

  private void exchange(Exchange exchange) throws IOException {
    askForExchange(exchange.name(), BuiltinExchangeType.valueOf(exchange.type().name()), Map.of());
  }

  private void queue(Queue queue) throws IOException {
    int levels = ServerParts.priorities(Link.version(connection));
    if (queue.priorities() > levels) {
      throw TopologyException.tooManyPriorities(queue, levels);
    }
    askForQueue(queue.name(), ServerParts.queue(queue));
    String overflow = queue.overflow();
    if (overflow != null) {
      parking();
      ownExchange(ServerParts.OVERFLOW, BuiltinExchangeType.DIRECT);
      bindQueue(overflow, ServerParts.OVERFLOW, queue.name());
    }
  }

  private void bind(Binding binding) throws IOException {
    String key = binding.match() instanceof Binding.Key byKey ? byKey.pattern() : "";
    askForBinding(
        "binding of queue '" + binding.queue() + "' to exchange '" + binding.exchange() + "'",
        to -> to.queueBind(
            binding.queue(), binding.exchange(), key, bindingArguments(binding.match())));
  }

  static Map<String, Object> bindingArguments(Binding.Match match) {
    Map<String, Object> arguments = new HashMap<>();
    if (match instanceof Binding.AllOf all) {
      all.headers().forEach((name, value) -> arguments.put(name, Properties.toAmqp(value)));
      arguments.put("x-match", "all");
    } else if (match instanceof Binding.AnyOf any) {
      any.headers().forEach((name, value) -> arguments.put(name, Properties.toAmqp(value)));
      arguments.put("x-match", "any");
    }
    return arguments;
  }

  /** The parking place, on which every exchange of ours relies. */
  void parking() throws IOException {
    String name = ServerParts.UNROUTABLE;
    askForExchange(name, BuiltinExchangeType.FANOUT, Map.of());
    askForQueue(name, ServerParts.keeping());
    bindQueue(name, name, "");
  }

  void ownExchange(String name, BuiltinExchangeType type) throws IOException {
    askForExchange(name, type, ServerParts.exchange());
  }

  void delayQueue(int position, int digit) throws IOException {
    String name = ServerParts.delayQueue(position, digit);
    askForQueue(name, ServerParts.delayQueueArguments(position, digit));
    bindQueue(name, ServerParts.delayExchange(position), ServerParts.delayPattern(position, digit));
  }

  void bindExchange(String to, String from, String pattern) throws IOException {
    askForBinding(
        "binding of exchange '" + to + "' to exchange '" + from + "'",
        server -> server.exchangeBind(to, from, pattern));
  }

  void bindQueue(String queue, String exchange, String key) throws IOException {
    askForBinding(
        "binding of queue '" + queue + "' to exchange '" + exchange + "'",
        to -> to.queueBind(queue, exchange, key));
  }

  /** The queue in which what is due waits until it goes through its exchange. */
  void relayQueue(String queue) throws IOException {
    askForQueue(queue, ServerParts.keeping());
    bindQueue(queue, ServerParts.DELIVER, ServerParts.deliverPattern(queue));
  }

  void checkExchange(String exchange) throws IOException {
    ask("exchange '" + exchange + "'", to -> to.exchangeDeclarePassive(exchange));
  }

  void checkQueue(String queue) throws IOException {
    ask("queue '" + queue + "'", to -> to.queueDeclarePassive(queue));
  }

  @Override
  public void close() {
    try {
      channel.abort();
    } catch (IOException ignored) {
      // It is closed either way.
    }
  }
}
