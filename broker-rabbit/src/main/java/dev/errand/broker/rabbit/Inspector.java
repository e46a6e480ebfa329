package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Message;
import dev.errand.broker.QueueReport;
import dev.errand.broker.UnavailableException;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Looks into queues, each over a channel of its own: a missing queue closes it, and closing it puts
 * back what was looked at.
 */
final class Inspector {
  /*
   * Callers leave a look in `waiting`; the publishing loop takes it when connected, the timer when it is late, the close at the end. Whoever
   * takes it out answers it. The link is asked once for all that wait, so that nothing late is kept for the next connection.
   */
  private static final int LONGEST_NAME = 255;

  private final Link link;
  private final Answers answers;
  private final Scheduler timer;
  private final Duration timeout;
  private final Set<Look> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile boolean closed;

  Inspector(Link link, Answers answers, Scheduler timer, Duration timeout) {
    this.link = link;
    this.answers = answers;
    this.timer = timer;
    this.timeout = timeout;
  }

  private record Look(String queue, int head, CompletableFuture<QueueReport> report) {}

  /** As {@link dev.errand.broker.Broker#inspect}. */
  CompletableFuture<QueueReport> inspect(String queue, int head) {
    check(queue, head);
    Look look = new Look(queue, head, new CompletableFuture<>());
    waiting.add(look);
    ask();
    timer.after(timeout, () -> fail(look, late(look), null));
    // The close may have passed it.
    if (closed) {
      close();
    }
    return look.report();
  }

  private static void check(String queue, int head) {
    int bytes = queue.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > LONGEST_NAME) {
      throw new IllegalArgumentException("Queue name '" + queue + "' has " + bytes
          + " bytes of UTF-8, so no queue has it. Give 1 to " + LONGEST_NAME + ".");
    }
    if (head < 0) {
      throw new IllegalArgumentException("A head of " + head + " messages of queue '" + queue
          + "' cannot be shown. Give 0 to count only, or more.");
    }
  }

  private void ask() {
    if (asked.compareAndSet(false, true)) {
      link.whenConnected(this::look);
    }
  }

  private void look(Connection connection) {
    asked.set(false);
    waiting.forEach(look -> look(connection, look));
  }

  private void look(Connection connection, Look look) {
    try {
      QueueReport found = report(connection, look.queue(), look.head());
      if (waiting.remove(look)) {
        answers.give(() -> look.report().complete(found));
      }
    } catch (BrokerException refused) {
      fail(look, refused);
    } catch (IOException | RuntimeException error) {
      if (connection.isOpen()) {
        fail(
            look,
            "Queue '" + look.queue() + "' could not be inspected: " + Refusals.text(error)
                + ". Look into the server's log.",
            error);
      } else {
        ask();
      }
    }
  }

  private String late(Look look) {
    return "Queue '" + look.queue() + "' was not inspected within " + DurationText.of(timeout)
        + ". " + link.reason();
  }

  private void fail(Look look, String what, @Nullable Exception cause) {
    fail(look, new UnavailableException(what, cause));
  }

  private void fail(Look look, BrokerException reason) {
    if (waiting.remove(look)) {
      answers.fail(look.report(), reason);
    }
  }

  /** Answers what still waits. */
  void close() {
    closed = true;
    waiting.forEach(left -> fail(left, RabbitBroker.closedException()));
  }

  /** Blocks for some round trips. */
  private static QueueReport report(Connection connection, String queue, int head)
      throws IOException {
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
        throw Refusals.ofLook(queue, error);
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
