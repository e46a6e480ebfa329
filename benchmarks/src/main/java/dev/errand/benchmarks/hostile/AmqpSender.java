package dev.errand.benchmarks.hostile;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.errand.codec.WireFormat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeoutException;

/** By the client library alone, so that nothing of ours looks at what is sent. */
final class AmqpSender implements Sender {
  /** Unconfirmed at most, so that few huge ones are on the way. */
  private static final int BYTES = 8 * 1024 * 1024;

  private static final long PATIENCE_MILLIS = 60_000;

  private final String queue;
  private final Connection connection;
  private final Channel channel;
  private int unconfirmed;

  AmqpSender(String address, String queue) throws Exception {
    this.queue = queue;
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(address);
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection("hostile");
    channel = connection.createChannel();
    channel.confirmSelect();
  }

  @Override
  public void send(Foreign message) throws IOException {
    AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
        .messageId(message.id())
        .type(message.type())
        .contentType(message.contentType())
        .priority(message.priority())
        .headers(message.headers())
        .deliveryMode(2)
        .build();
    channel.basicPublish("", queue, true, properties, message.body());
    unconfirmed += message.body().length + 1_000;
    if (unconfirmed > BYTES) {
      flush();
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      channel.waitForConfirmsOrDie(PATIENCE_MILLIS);
    } catch (TimeoutException late) {
      throw new IOException("The server did not confirm what was sent.", late);
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while it waits for the server's confirms.");
    }
    unconfirmed = 0;
  }

  @Override
  public void close() throws IOException {
    channel.queueDelete(queue);
    channel.queueDelete(queue + ".returned");
    channel.queueDelete(WireFormat.deadLettersOf(queue));
    connection.close();
  }
}
