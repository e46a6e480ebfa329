package dev.errand.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The loop that one would write by hand against the client library: no retries, no reconnection,
 * nothing lost track of only if nothing fails.
 */
final class RawClient implements Contender {
  private static final int WINDOW = 1024;
  private static final int PREFETCH = 256;
  private static final int ACK_EVERY = 64;
  private static final AMQP.BasicProperties PERSISTENT = new AMQP.BasicProperties.Builder()
      .deliveryMode(2)
      .contentType("application/json")
      .build();

  private final String queue;
  private final Connection publishing;
  private final Connection consuming;
  private final Channel out;
  private final Semaphore window = new Semaphore(WINDOW);
  private final AtomicLong answered = new AtomicLong();
  private final ObjectWriter writer = new ObjectMapper().writerFor(Note.class);
  private final ObjectReader reader = new ObjectMapper().readerFor(Note.class);
  private CountDownLatch consumed = new CountDownLatch(0);
  private Channel in;

  RawClient(String address, String queue) throws Exception {
    this.queue = queue;
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(address);
    factory.setAutomaticRecoveryEnabled(false);
    publishing = factory.newConnection("raw-publish");
    consuming = factory.newConnection("raw-consume");
    out = publishing.createChannel();
    in = consuming.createChannel();
    out.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
    out.confirmSelect();
    out.addConfirmListener(this::answered, (number, multiple) -> {
      throw new IllegalStateException("The server refused message " + number + ".");
    });
  }

  private void answered(long number, boolean multiple) {
    // In order on one queue, so a single answer counts one and a multiple one all before it.
    int count = multiple ? (int) (number - answered.get()) : 1;
    answered.addAndGet(count);
    window.release(count);
  }

  @Override
  public void enqueue(int jobs) throws Exception {
    for (int i = 0; i < jobs; i++) {
      window.acquire();
      out.basicPublish("", queue, true, PERSISTENT, writer.writeValueAsBytes(Note.of(i)));
    }
    window.acquire(WINDOW);
    window.release(WINDOW);
  }

  @Override
  public void consume(int jobs) throws Exception {
    consumed = new CountDownLatch(jobs);
    in.basicQos(PREFETCH);
    in.basicConsume(queue, false, new Counting(in));
  }

  private final class Counting extends DefaultConsumer {
    private int since;

    Counting(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      Note note = reader.readValue(body);
      if (note.title().isEmpty()) {
        throw new IllegalStateException("A note without a title.");
      }
      since++;
      if (since == ACK_EVERY || consumed.getCount() == 1) {
        getChannel().basicAck(envelope.getDeliveryTag(), true);
        since = 0;
      }
      consumed.countDown();
    }
  }

  @Override
  public void drain() throws Exception {
    consumed.await();
    in.close();
    in = consuming.createChannel();
  }

  @Override
  public void close() throws IOException {
    out.queueDelete(queue);
    publishing.close();
    consuming.close();
  }
}
