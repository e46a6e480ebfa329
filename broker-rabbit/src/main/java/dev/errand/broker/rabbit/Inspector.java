package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.errand.broker.Message;
import dev.errand.broker.QueueReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks into a queue, over a channel of its own: a missing queue closes it, and closing it puts
 * back what was looked at.
 */
final class Inspector {
  private Inspector() {}

  /** Blocks for some round trips. */
  static QueueReport inspect(Connection connection, String queue, int head) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the server allows no further channel on this connection");
    }
    try {
      AMQP.Queue.DeclareOk counted = channel.queueDeclarePassive(queue);
      List<Message> seen = new ArrayList<>();
      for (GetResponse next = get(channel, queue, head);
          next != null;
          next = get(channel, queue, head - seen.size())) {
        seen.add(Properties.message(queue, next.getProps(), next.getBody()));
      }
      // The server's count of consumers is wrong for quorum queues before 4.3, so none is told.
      return new QueueReport(
          queue, counted.getMessageCount(), OptionalLong.empty(), OptionalLong.empty(), seen);
    } catch (IOException error) {
      if (Refusals.ofChannel(error)) {
        throw Refusals.ofPart("queue '" + queue + "'", error);
      }
      throw error;
    } finally {
      channel.abort();
    }
  }

  private static @Nullable GetResponse get(Channel channel, String queue, int wanted)
      throws IOException {
    return wanted > 0 ? channel.basicGet(queue, false) : null;
  }
}
