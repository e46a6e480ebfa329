package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.Declaring;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A quiet channel that is renewed while its connection ends: that is told. No server. */
class RenewalTest {
  private final ManualTime time = ManualTime.create();
  private final Threads threads = new Threads();
  private final Answers answers = new Answers(threads);
  private final Scheduler timer = time.scheduler(threads.name("timer"));
  // No copy is made here.
  @SuppressWarnings("NullAway")
  private final Copier copier = new Copier(null, failure -> {}, threads);

  private final ConsumeSide side = new ConsumeSide(
      RabbitAddress.parse("amqp://localhost:1"),
      timer,
      threads,
      new ConsumerChannel.Parts(
          new SettlerThread(time, threads),
          copier,
          answers,
          new DeclaredTopology(answers, Declaring.MAKE)));
  private final StandInChannels channels = new StandInChannels();
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final Connection connection = connection();
  private final List<Subscription.State> states = new CopyOnWriteArrayList<>();
  private final RabbitSubscription subscription =
      new RabbitSubscription("q", 4, new States(), side, on -> {});

  private final class States implements Receiver {
    @Override
    public void receive(Delivery delivery) {
      throw new AssertionError("Nothing is delivered here.");
    }

    @Override
    public void stateChanged(Subscription.State state, String reason) {
      states.add(state);
    }
  }

  private Connection connection() {
    return (Connection) Proxy.newProxyInstance(
        Connection.class.getClassLoader(),
        new Class<?>[] {Connection.class},
        (self, method, given) -> switch (method.getName()) {
          case "isOpen" -> open.get();
          case "getServerProperties" -> Map.of("version", "3.10.8");
          case "createChannel" -> channels.open();
          default -> throw new UnsupportedOperationException(method.getName());
        });
  }

  /** Its consumer is being cancelled, as it brought nothing. */
  @BeforeEach
  void beginRenewal() throws Exception {
    onLoop(() -> subscription.connection(connection, ""));
    channels.consumer().handleConsumeOk("tag");
    time.advance(QuietWatch.LONGEST);
    Awaitility.await().until(() -> channels.asked.contains("basicCancel"));
    assertThat(states).containsExactly(Subscription.State.CONSUMING);
  }

  @AfterEach
  void close() {
    side.loop().close(Duration.ofSeconds(5));
    timer.close();
    answers.close(Duration.ofSeconds(5));
  }

  private void onLoop(Runnable step) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    side.loop().execute(() -> {
      step.run();
      done.complete(null);
    });
    done.get(10, SECONDS);
  }

  /** What was answered before is known to the loop. */
  private void awaitAnswers() throws Exception {
    CompletableFuture<Void> last = new CompletableFuture<>();
    answers.succeed(last);
    answers.flush();
    last.get(10, SECONDS);
    onLoop(() -> {});
  }

  @Test
  void connectionThatEnds_beforeTheCancelIsAnswered_isTold() throws Exception {
    open.set(false);
    channels
        .listener()
        .shutdownCompleted(new ShutdownSignalException(true, false, null, connection));
    awaitAnswers();
    onLoop(() -> subscription.connection(null, "cut"));

    assertThat(states).containsExactly(Subscription.State.CONSUMING, Subscription.State.RECOVERING);
  }

  @Test
  void connectionThatEnds_beforeThereIsAnotherChannel_isTold() throws Exception {
    open.set(false);
    channels.consumer().handleCancelOk("tag");
    awaitAnswers();
    onLoop(() -> subscription.connection(null, "cut"));

    assertThat(states).containsExactly(Subscription.State.CONSUMING, Subscription.State.RECOVERING);
  }

  @Test
  void connectionThatStays_isToldNothing_andConsumedOnAnotherChannel() throws Exception {
    channels.consumer().handleCancelOk("tag");
    awaitAnswers();

    assertThat(channels.asked).containsSubsequence("basicCancel", "abort", "basicConsume");
    assertThat(states).containsExactly(Subscription.State.CONSUMING);
  }
}
