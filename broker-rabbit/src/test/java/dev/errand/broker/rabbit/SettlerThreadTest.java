package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.errand.broker.Declaring;
import dev.errand.broker.Delivery;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettlerThreadTest {
  private final AtomicInteger faults = new AtomicInteger(2);
  private final Threads threads = new Threads();
  private final Answers answers = new Answers(threads);
  private final Scheduler timer = Time.system().scheduler(threads.name("timer"));
  private final SettlerThread settler = new SettlerThread(new Exhausted(), threads);
  private final AtomicReference<Delivery> received = new AtomicReference<>();
  private final StandInChannels channels = new StandInChannels();

  @AfterEach
  void close() throws Exception {
    settler.close();
    timer.close();
    answers.close(Duration.ofSeconds(5));
  }

  /** On a heap that has no room a few times. */
  private final class Exhausted implements Time {
    @Override
    public long nanoTime() {
      if (faults.getAndDecrement() > 0) {
        throw new OutOfMemoryError("Java heap space");
      }
      return Time.system().nanoTime();
    }

    @Override
    public Instant instant() {
      return Time.system().instant();
    }

    @Override
    public Scheduler scheduler(String threadName) {
      return Time.system().scheduler(threadName);
    }
  }

  @Test
  void errorOfATurn_isNotTheEndOfAllAcknowledging() throws Exception {
    // No copy is made here.
    @SuppressWarnings("NullAway")
    Copier copier = new Copier(null, failure -> {}, threads);
    ConsumerChannel.Parts parts = new ConsumerChannel.Parts(
        settler, copier, answers, new DeclaredTopology(answers, Declaring.MAKE));
    ConsumeSide side =
        new ConsumeSide(RabbitAddress.parse("amqp://localhost:1"), timer, threads, parts);
    ConsumerChannel channel = new ConsumerChannel(
        new RabbitSubscription("q", 4, received::set, side, on -> {}), channels.open(), parts);
    settler.start();
    channel.consume();
    channels
        .consumer()
        .handleDelivery(
            "tag", new Envelope(1, false, "", "q"), new AMQP.BasicProperties(), new byte[0]);

    received.get().ack().get(20, SECONDS);

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> channels.asked.contains("basicAck"));
    assertThat(faults).hasNonPositiveValue();
    side.loop().close(Duration.ofSeconds(5));
  }
}
