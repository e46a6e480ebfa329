package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.errand.broker.Declaring;
import dev.errand.broker.Delivery;
import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a channel asks of the server, in which order. No server, and no settler that runs. */
class ConsumerChannelTest {
  private final Threads threads = new Threads();
  private final Answers answers = new Answers(threads);
  private final Scheduler timer = ManualTime.create().scheduler(threads.name("timer"));
  // No copy is made here.
  @SuppressWarnings("NullAway")
  private final Copier copier = new Copier(null, failure -> {}, threads);

  private final ConsumerChannel.Parts parts = new ConsumerChannel.Parts(
      new SettlerThread(ManualTime.create(), threads),
      copier,
      answers,
      new DeclaredTopology(answers, Declaring.MAKE));
  private final AtomicReference<Delivery> received = new AtomicReference<>();
  private final StandInChannels channels = new StandInChannels();
  private final ConsumeSide side =
      new ConsumeSide(RabbitAddress.parse("amqp://localhost:1"), timer, threads, parts);
  private final ConsumerChannel channel = new ConsumerChannel(
      new RabbitSubscription("q", 4, received::set, side, on -> {}), channels.open(), parts);

  @AfterEach
  void close() {
    side.loop().close(Duration.ofSeconds(5));
    timer.close();
    answers.close(Duration.ofSeconds(5));
  }

  private Delivery deliver(long tag) throws IOException {
    Envelope envelope = new Envelope(tag, false, "", "q");
    channels.consumer().handleDelivery("tag", envelope, new AMQP.BasicProperties(), new byte[0]);
    return received.get();
  }

  /**
   * A quorum queue hears of a closed channel after the server has answered the close, and gives its
   * consumers messages until then, which count as come back.
   */
  @Test
  void close_cancelsThenAcknowledgesThenEnds() throws Exception {
    channel.consume();
    CompletableFuture<Void> acknowledged = deliver(1).ack();
    channels.asked.clear();

    channel.close();

    assertThat(channels.asked).containsExactly("basicCancel", "basicAck", "abort");
    acknowledged.get(10, SECONDS);
  }

  @Test
  void close_whileACancelIsOnItsWay_cancelsOnce() throws Exception {
    channel.consume();
    CompletableFuture<Void> cancelled = channel.cancel();

    channel.close();

    assertThat(channels.asked).containsOnlyOnce("basicCancel").endsWith("abort");
    cancelled.get(10, SECONDS);
  }

  @Test
  void close_afterTheServerCancelled_asksNothingOfThatConsumer() throws Exception {
    channel.consume();
    channels.consumer().handleCancel("tag");

    channel.close();

    assertThat(channels.asked).doesNotContain("basicCancel").endsWith("abort");
  }
}
