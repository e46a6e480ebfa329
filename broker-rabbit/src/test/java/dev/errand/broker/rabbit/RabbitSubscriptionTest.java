package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.testing.rabbit.RabbitProxy;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pause, resume and close that overtake each other. */
class RabbitSubscriptionTest {
  private static final int ROUNDS = 20;

  private final String name = "q." + UUID.randomUUID();
  private Broker broker;
  private int messages;

  @BeforeEach
  void open() throws Exception {
    broker = Broker.open(RabbitServer.shared().address() + "?publish-timeout=10s");
    broker.ready(Duration.ofSeconds(20));
    broker.declare(Queue.named(name)).get(20, SECONDS);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  /** Publishes so many, and returns their ids, no two of which are the same. */
  private List<String> publish(int count) throws Exception {
    List<String> ids = new ArrayList<>();
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Message message = Message.of("m" + ++messages, new byte[] {1}).build();
      ids.add(message.id());
      answers.add(broker.publish(Publication.of(message, Route.queue(name))));
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(20, SECONDS);
    return ids;
  }

  private static final class Kept implements Receiver {
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final BlockingQueue<Subscription.State> states = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> reasons = new LinkedBlockingQueue<>();

    @Override
    public void receive(Delivery delivery) {
      deliveries.add(delivery);
    }

    @Override
    public void stateChanged(Subscription.State state, String reason) {
      reasons.add(reason);
      states.add(state);
    }

    private Delivery next() throws InterruptedException {
      Delivery next = deliveries.poll(20, SECONDS);
      assertThat(next).as("a delivery within 20 s; states %s", states).isNotNull();
      return next;
    }
  }

  @Test
  void resume_rightAfterPause_consumes() throws Exception {
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 5, kept)) {
      for (int i = 0; i < ROUNDS; i++) {
        CompletableFuture<Void> paused = subscription.pause();
        subscription.resume().get(20, SECONDS);
        paused.get(20, SECONDS);
        publish(1);
        kept.next().ack().get(20, SECONDS);
        assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
      }
    }
  }

  @Test
  void pause_whileAnotherWaits_bothEnd() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    try (Subscription subscription = broker.subscribe(name, 5, delivery -> {
      inside.countDown();
      leaveWhen(leave);
    })) {
      publish(1);
      assertThat(inside.await(20, SECONDS)).isTrue();
      CompletableFuture<Void> first = subscription.pause();
      CompletableFuture<Void> second = subscription.pause();
      leave.countDown();
      first.get(20, SECONDS);
      second.get(20, SECONDS);
      assertThat(subscription.state()).isEqualTo(Subscription.State.PAUSED);
    }
  }

  private static void leaveWhen(CountDownLatch leave) {
    try {
      assertThat(leave.await(20, SECONDS)).isTrue();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void resume_twice_keepsThePrefetch() throws Exception {
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 5, kept)) {
      for (int i = 0; i < ROUNDS; i++) {
        subscription.pause().get(20, SECONDS);
        publish(5);
        CompletableFuture<Void> resumed = subscription.resume();
        subscription.resume().get(20, SECONDS);
        resumed.get(20, SECONDS);
        publish(10);
        List<Delivery> held = new ArrayList<>();
        for (int place = 0; place < 5; place++) {
          held.add(kept.next());
        }
        // The answer comes after whatever the server would send beyond the prefetch.
        assertThat(broker.inspect(name, 0).get(20, SECONDS).ready()).isEqualTo(10);
        assertThat(kept.deliveries).isEmpty();
        for (Delivery delivery : held) {
          delivery.ack().get(20, SECONDS);
        }
        for (int rest = 0; rest < 10; rest++) {
          kept.next().ack().get(20, SECONDS);
        }
      }
    }
  }

  @Test
  void brokerClose_rightAfterSubscribe_closesTheSubscription() {
    Subscription subscription = broker.subscribe(name, 5, new Kept());
    broker.close();
    assertThat(subscription.state()).isEqualTo(Subscription.State.CLOSED);
    assertThat(subscription.pause()).isCompleted();
  }

  @Test
  void brokerClose_ofSeveralOnASilentServer_waitsOnce() throws Exception {
    try (RabbitProxy proxy = RabbitProxy.before(RabbitServer.shared())) {
      Broker stalled = Broker.open(proxy.address() + "?publish-timeout=1s&heartbeat=10m");
      List<Kept> receivers = List.of(new Kept(), new Kept(), new Kept());
      for (Kept kept : receivers) {
        Subscription subscription = stalled.subscribe(name, 5, kept);
        assertThat(kept.states.poll(20, SECONDS)).isEqualTo(subscription.state());
      }
      proxy.stall();
      CompletableFuture.runAsync(stalled::close).get(30, SECONDS);
    }
  }

  @Test
  void subscribe_toAMissingQueue_tellsWhyAndThenConsumes() throws Exception {
    Kept kept = new Kept();
    String missing = name + ".missing";
    try (Subscription subscription = broker.subscribe(missing, 5, kept)) {
      assertThat(kept.states.poll(20, SECONDS)).isEqualTo(Subscription.State.RECOVERING);
      assertThat(kept.reasons.poll()).contains("no queue '" + missing + "'");
      broker.declare(Queue.named(missing)).get(20, SECONDS);
      assertThat(kept.states.poll(20, SECONDS)).isEqualTo(Subscription.State.CONSUMING);
      assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
    }
  }

  /** Neither what was acknowledged comes again, nor has the old consumer had what came after it. */
  @Test
  void close_rightAfterVerbs_writesThemAndLeavesNoConsumer() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Set<String> published = Set.copyOf(publish(3));
      Kept kept = new Kept();
      List<CompletableFuture<Void>> verbs = new ArrayList<>();
      try (Subscription subscription = broker.subscribe(name, 64, kept)) {
        assertThat(subscription.state()).isNotEqualTo(Subscription.State.CLOSED);
        for (int m = 0; m < 3; m++) {
          Delivery delivery = kept.next();
          assertThat(published).contains(delivery.message().id());
          assertThat(delivery.redeliveries()).isZero();
          verbs.add(delivery.ack());
        }
      }
      CompletableFuture.allOf(verbs.toArray(CompletableFuture[]::new)).get(20, SECONDS);
    }
  }

  /** Minutes pass in a moment, for who waits for them. */
  private static final class Hasty implements Time {
    private final Time real = Time.system();

    @Override
    public Instant instant() {
      return real.instant();
    }

    @Override
    public long nanoTime() {
      return real.nanoTime();
    }

    @Override
    public Scheduler scheduler(String threadName) {
      Scheduler scheduler = real.scheduler(threadName);
      return new Scheduler() {
        @Override
        public void after(Duration delay, Runnable action) {
          boolean minutes = delay.compareTo(QuietWatch.LONGEST) >= 0;
          scheduler.after(minutes ? Duration.ofMillis(300) : delay, action);
        }

        @Override
        public void close() {
          scheduler.close();
        }
      };
    }
  }

  /** A server before 4.0 forgets the consumer; a later one cancels it. Few jobs show neither. */
  @Test
  void queue_deletedAndDeclaredAgainAtOnce_isConsumedAgain_withFewMessages() throws Exception {
    try (Broker hasty = Broker.open(RabbitServer.shared().address(), new Hasty())) {
      hasty.ready(Duration.ofSeconds(20));
      Kept kept = new Kept();
      hasty.subscribe(name, 10, kept);
      publish(1);
      kept.next().ack().get(20, SECONDS);
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(RabbitServer.shared().address());
      try (Connection operator = factory.newConnection()) {
        for (int round = 0; round < 3; round++) {
          Channel channel = operator.createChannel();
          channel.queueDelete(name);
          channel.queueDeclare(name, true, false, false, ServerParts.queue(Queue.named(name)));
          publish(1);

          kept.next().ack().get(20, SECONDS);
        }
      }
    }
  }

  @Test
  void quietConsumer_isRefreshed_untold_andKeepsWhatIsInHand() throws Exception {
    try (Broker hasty = Broker.open(RabbitServer.shared().address(), new Hasty())) {
      hasty.ready(Duration.ofSeconds(20));
      Kept kept = new Kept();
      try (Subscription subscription = hasty.subscribe(name, 2, kept)) {
        publish(1);
        Delivery held = kept.next();
        assertThat(kept.deliveries.poll(1, SECONDS)).as("it comes again").isNull();
        held.ack().get(20, SECONDS);
        assertThat(kept.deliveries.poll(1, SECONDS)).isNull();
        publish(1);
        Delivery next = kept.next();

        assertThat(next.redeliveries()).isZero();
        next.ack().get(20, SECONDS);
        assertThat(kept.states).containsExactly(Subscription.State.CONSUMING);
        assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
      }
    }
  }
}
