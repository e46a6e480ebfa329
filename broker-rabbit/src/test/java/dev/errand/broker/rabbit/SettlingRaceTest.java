package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Envelope;
import dev.errand.broker.Declaring;
import dev.errand.broker.Delivery;
import dev.errand.broker.SettleException;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Verbs that meet the settler, and the end of their channel, at every moment. No server. */
class SettlingRaceTest {
  private static final int ROUNDS = 10_000;

  private final Threads threads = new Threads();
  private final Answers answers = new Answers(threads);
  private final SettlerThread settler = new SettlerThread(Time.system(), threads);
  private final Scheduler timer = Time.system().scheduler(threads.name("timer"));
  // No copy is made here.
  @SuppressWarnings("NullAway")
  private final Copier copier = new Copier(null, failure -> {}, threads);

  private final ConsumerChannel.Parts parts = new ConsumerChannel.Parts(
      settler, copier, answers, new DeclaredTopology(answers, Declaring.MAKE));
  private final AtomicReference<Delivery> received = new AtomicReference<>();
  private final AtomicReference<Consumer> consumer = new AtomicReference<>();
  private final ConsumeSide side =
      new ConsumeSide(RabbitAddress.parse("amqp://localhost:1"), timer, threads, parts);
  private final RabbitSubscription subscription =
      new RabbitSubscription("q", 1, received::set, side, on -> {});

  private volatile boolean failing;

  @BeforeEach
  void start() {
    settler.start();
  }

  @AfterEach
  void close() throws Exception {
    settler.close();
    side.loop().close(Duration.ofSeconds(5));
    timer.close();
    answers.close(Duration.ofSeconds(5));
  }

  private ConsumerChannel open() throws IOException {
    ConsumerChannel channel = new ConsumerChannel(subscription, silent(), parts);
    channel.consume();
    return channel;
  }

  /** A channel of a server that takes all and says nothing. */
  private Channel silent() {
    return (Channel) Proxy.newProxyInstance(
        Channel.class.getClassLoader(), new Class<?>[] {Channel.class}, (self, method, given) -> {
          switch (method.getName()) {
            case "basicConsume" -> {
              consumer.set((Consumer) given[2]);
              return "tag";
            }
            case "basicAck" -> {
              if (failing) {
                throw new AssertionError("on purpose");
              }
              return null;
            }
            default -> {
              return null;
            }
          }
        });
  }

  private Delivery deliver(long tag) throws IOException {
    Envelope envelope = new Envelope(tag, false, "", "q");
    consumer.get().handleDelivery("tag", envelope, new AMQP.BasicProperties(), new byte[0]);
    return received.get();
  }

  private static void spin() {
    for (int left = ThreadLocalRandom.current().nextInt(8_000); left > 0; left--) {
      Thread.onSpinWait();
    }
  }

  @Test
  void ack_whileTheSettlerLooksForTheLastTime_isWritten() throws Exception {
    open();
    for (int tag = 1; tag <= ROUNDS; tag++) {
      CompletableFuture<Void> acknowledged = deliver(tag).ack();
      acknowledged.get(10, SECONDS);
      spin();
    }
  }

  @Test
  void ack_thatFailsUnexpectedly_isGoneAndTheSettlerGoesOn() throws Exception {
    failing = true;
    open();
    CompletableFuture<Void> failed = deliver(1).ack();
    assertThat(failed.handle((none, error) -> error).get(10, SECONDS))
        .isInstanceOf(SettleException.class);
    failing = false;
    open();
    deliver(1).ack().get(10, SECONDS);
  }

  @Test
  void ack_whileTheChannelEnds_isAnswered() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    for (int round = 1; round <= ROUNDS; round++) {
      ConsumerChannel channel = open();
      Delivery delivery = deliver(1);
      CompletableFuture<Void> ends = CompletableFuture.runAsync(() -> {
        await(together);
        channel.die();
      });
      await(together);
      CompletableFuture<Void> acknowledged = delivery.ack();
      ends.get(10, SECONDS);
      assertThat(acknowledged.handle((none, error) -> "answered").get(10, SECONDS))
          .isEqualTo("answered");
    }
  }

  private static void await(CyclicBarrier together) {
    try {
      together.await(10, SECONDS);
    } catch (Exception alone) {
      throw new AssertionError(alone);
    }
  }
}
