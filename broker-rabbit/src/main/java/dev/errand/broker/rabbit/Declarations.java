package dev.errand.broker.rabbit;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.Binding;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Declares parts on one connection, over a channel that is made again when the server closes it,
 * which is how it refuses. One thread at a time. Each method throws {@link TopologyException} when
 * the server refuses, and {@code IOException} when the connection breaks.
 */
final class Declarations implements AutoCloseable {
  private final Connection connection;
  private Channel channel;

  Declarations(Connection connection) throws IOException {
    this.connection = connection;
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
        throw Refusals.ofPart(part, error);
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
    String type = exchange.type().name().toLowerCase(Locale.ROOT);
    ask(
        "exchange '" + exchange.name() + "'",
        to -> to.exchangeDeclare(exchange.name(), type, true));
  }

  private void queue(Queue queue) throws IOException {
    String part = "queue '" + queue.name() + "'";
    if (queue.priorities() > 0) {
      throw TopologyException.withoutPriorities(queue);
    }
    ask(part, to -> to.queueDeclare(queue.name(), true, false, false, ServerParts.queue(queue)));
    String overflow = queue.overflow();
    if (overflow != null) {
      parking();
      ownExchange(ServerParts.OVERFLOW, BuiltinExchangeType.DIRECT);
      bindQueue(overflow, ServerParts.OVERFLOW, queue.name());
    }
  }

  private void bind(Binding binding) throws IOException {
    String key = binding.match() instanceof Binding.Key byKey ? byKey.pattern() : "";
    ask(
        "binding of queue '" + binding.queue() + "' to exchange '" + binding.exchange() + "'",
        to -> to.queueBind(
            binding.queue(), binding.exchange(), key, bindingArguments(binding.match())));
  }

  private static Map<String, Object> bindingArguments(Binding.Match match) {
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
    ask(
        "exchange '" + name + "'",
        to -> to.exchangeDeclare(name, BuiltinExchangeType.FANOUT, true));
    ask(
        "queue '" + name + "'",
        to -> to.queueDeclare(name, true, false, false, ServerParts.keeping()));
    bindQueue(name, name, "");
  }

  void ownExchange(String name, BuiltinExchangeType type) throws IOException {
    ask(
        "exchange '" + name + "'",
        to -> to.exchangeDeclare(name, type, true, false, ServerParts.exchange()));
  }

  void delayQueue(int position, int digit) throws IOException {
    String name = ServerParts.delayQueue(position, digit);
    ask(
        "queue '" + name + "'",
        to -> to.queueDeclare(
            name, true, false, false, ServerParts.delayQueueArguments(position, digit)));
    bindQueue(name, ServerParts.delayExchange(position), ServerParts.delayPattern(position, digit));
  }

  void bindExchange(String to, String from, String pattern) throws IOException {
    ask(
        "binding of exchange '" + to + "' to exchange '" + from + "'",
        server -> server.exchangeBind(to, from, pattern));
  }

  void bindQueue(String queue, String exchange, String key) throws IOException {
    ask(
        "binding of queue '" + queue + "' to exchange '" + exchange + "'",
        to -> to.queueBind(queue, exchange, key));
  }

  /** The queue in which what is due waits until it goes through its exchange. */
  void relayQueue(String queue) throws IOException {
    ask(
        "queue '" + queue + "'",
        to -> to.queueDeclare(queue, true, false, false, ServerParts.keeping()));
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
