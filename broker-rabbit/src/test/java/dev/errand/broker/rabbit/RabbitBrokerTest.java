package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RabbitBrokerTest {
  /** Of each delay, on a machine that has much else to do; as in the contract. */
  private static final int LATENESS_MILLIS = 2_000;

  private final String name = "q." + UUID.randomUUID();
  private Broker broker;

  @BeforeEach
  void open() {
    broker = Broker.open(RabbitServer.shared().address() + "?publish-timeout=10s");
    broker.ready(Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    broker.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(thread -> thread.startsWith("errand-rabbit-"));
  }

  private void declare() throws Exception {
    broker
        .declare(Queue.named(name + ".dead"), Queue.named(name).overflow(name + ".dead"))
        .get(20, SECONDS);
  }

  private static Message message(String id) {
    return Message.of(id, new byte[] {1, 2, 3})
        .type("test")
        .header("errand-attempt", 1)
        .build();
  }

  private CompletableFuture<Void> publish(String id) {
    return broker.publish(Publication.of(message(id), Route.queue(name)));
  }

  /**
   * The race of a first enqueue with the connection's coming: who finds no connection to declare on
   * publishes at once, and the publish is let in only after what was asked for stands. What the
   * server can do is known a moment before, so each round meets the moment in between.
   */
  @Test
  void publish_afterADeclarationThatMetTheConnectionsComing_findsItsQueue() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (Broker coming = Broker.open(RabbitServer.shared().address() + "?publish-timeout=10s")) {
        String queue = name + "." + round;
        while (!knowsItsServer(coming)) {
          Thread.onSpinWait();
        }
        CompletableFuture<Void> declared = coming.declare(Queue.named(queue));
        if (isReady(coming)) {
          declared.get(20, SECONDS);
        }

        assertThat(coming.publish(Publication.of(message("m"), Route.queue(queue))))
            .succeedsWithin(Duration.ofSeconds(10));
      }
    }
  }

  private static boolean knowsItsServer(Broker broker) {
    try {
      broker.capabilities();
      return true;
    } catch (UnavailableException notYet) {
      return false;
    }
  }

  private static boolean isReady(Broker broker) {
    try {
      broker.ready(Duration.ZERO);
      return true;
    } catch (UnavailableException notYet) {
      return false;
    }
  }

  /** Keeps deliveries for the test's thread. */
  private static final class Kept implements Receiver {
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final BlockingQueue<Subscription.State> states = new LinkedBlockingQueue<>();

    @Override
    public void receive(Delivery delivery) {
      deliveries.add(delivery);
    }

    @Override
    public void stateChanged(Subscription.State state, String reason) {
      states.add(state);
    }

    private Delivery next() throws InterruptedException {
      Delivery next = deliveries.poll(20, SECONDS);
      assertThat(next).as("a delivery within 20 s; states %s", states).isNotNull();
      return next;
    }
  }

  @Test
  void publish_thousands_arriveInOrderAndAreSettled() throws Exception {
    declare();
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      answers.add(publish("m" + i));
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(20, SECONDS);
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 64, kept)) {
      CompletableFuture<Void> last = null;
      for (int i = 0; i < 3_000; i++) {
        Delivery delivery = kept.next();
        assertThat(delivery.message().id()).isEqualTo("m" + i);
        assertThat(delivery.redeliveries()).isZero();
        last = delivery.ack();
      }
      last.get(20, SECONDS);
      assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
    }
    assertThat(broker.inspect(name, 0).get(20, SECONDS).ready()).isZero();
  }

  @Test
  void replace_delayedCopy_arrivesWhenDue() throws Exception {
    declare();
    publish("again").get(20, SECONDS);
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 4, kept)) {
      long begun = broker.time().nanoTime();
      for (int i = 0; i < 3; i++) {
        Delivery delivery = kept.next();
        assertThat(delivery.redeliveries()).isZero();
        Publication copy =
            Publication.of(delivery.message(), Route.queue(name)).after(Duration.ofMillis(1_150));
        delivery.replace(copy).get(20, SECONDS);
      }
      kept.next().ack().get(20, SECONDS);
      assertThat(Duration.ofNanos(broker.time().nanoTime() - begun))
          .isBetween(Duration.ofMillis(3_600), Duration.ofMillis(3_600 + 3 * LATENESS_MILLIS));
      subscription.pause().get(20, SECONDS);
      assertThat(subscription.state()).isEqualTo(Subscription.State.PAUSED);
      subscription.resume().get(20, SECONDS);
      assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
    }
  }

  @Test
  void reject_withOverflow_movesWithReason() throws Exception {
    declare();
    publish("bad").get(20, SECONDS);
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 4, kept)) {
      kept.next().reject().get(20, SECONDS);
      Kept dead = new Kept();
      try (Subscription letters = broker.subscribe(name + ".dead", 4, dead)) {
        Delivery letter = dead.next();
        assertThat(letter.message().headers())
            .containsEntry(Message.BROKER_REASON, "rejected")
            .containsEntry("errand-attempt", 1);
        letter.ack().get(20, SECONDS);
        assertThat(letters.state()).isEqualTo(subscription.state());
      }
    }
  }

  @Test
  void overflow_thatIsMissedAndDeclaredAgain_takesWhatIsRejected() throws Exception {
    declare();
    publish("bad").get(20, SECONDS);
    publish("worse").get(20, SECONDS);
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 4, kept)) {
      Delivery bad = kept.next();
      deleteQueue(name + ".dead");
      Publication copy = Publication.of(bad.message(), Route.queue(name + ".dead"));
      assertThatThrownBy(() -> bad.replace(copy).get(20, SECONDS))
          .hasRootCauseInstanceOf(PublishException.class);
      declare();

      bad.replace(copy).get(20, SECONDS);
      kept.next().reject().get(20, SECONDS);
      Kept dead = new Kept();
      try (Subscription letters = broker.subscribe(name + ".dead", 4, dead)) {
        assertThat(dead.next().message().id()).isEqualTo("bad");
        assertThat(dead.next().message().id()).isEqualTo("worse");
        assertThat(letters.state()).isEqualTo(subscription.state());
      }
    }
  }

  private static void deleteQueue(String queue) throws Exception {
    byRawClient(channel -> channel.queueDelete(queue));
  }

  private static void byRawClient(Raw work) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(RabbitServer.shared().address());
    try (Connection connection = factory.newConnection()) {
      Channel channel = connection.createChannel();
      channel.confirmSelect();
      work.on(channel);
      assertThat(channel.waitForConfirms(20_000)).isTrue();
    }
  }

  /** What any other client does. */
  private interface Raw {
    void on(Channel channel) throws IOException;
  }

  /** As a recursive handler that enqueues does. */
  @SuppressWarnings("InfiniteRecursion") // That is what it is for.
  private void publishAtTheEndOfTheStack(AtomicInteger left) {
    try {
      publishAtTheEndOfTheStack(left);
    } catch (StackOverflowError deepest) {
      if (left.getAndDecrement() > 0) {
        try {
          CompletableFuture<Void> unusedAnswer = publish("deep");
        } catch (StackOverflowError | PublishException cut) {
          // Its thread's own trouble.
        }
      }
      throw deepest;
    }
  }

  @Test
  void publishesWhoseStackEnds_takeNoAnswerFromAnother() throws Exception {
    declare();
    publish("before").get(20, SECONDS);
    Thread deep =
        new Thread(() -> assertThatThrownBy(() -> publishAtTheEndOfTheStack(new AtomicInteger(300)))
            .isInstanceOf(StackOverflowError.class));
    deep.start();
    deep.join();

    // One more answer than there are would leave the last without its own.
    publish("after").get(9, SECONDS);
  }

  @Test
  void publish_unroutable_failsThatAlone() throws Exception {
    declare();
    CompletableFuture<Void> good = publish("good");
    Exchange missing = Exchange.direct(name + ".missing");
    CompletableFuture<Void> nowhere =
        broker.publish(Publication.of(message("nowhere"), Route.queue(name + ".nowhere")));
    CompletableFuture<Void> toMissing =
        broker.publish(Publication.of(message("missing"), Route.exchange(missing, "k")));
    good.get(20, SECONDS);
    publish("good too").get(20, SECONDS);
    assertThatThrownBy(() -> nowhere.get(20, SECONDS))
        .hasRootCauseInstanceOf(PublishException.class)
        .hasMessageContaining("To publish it again is safe");
    assertThatThrownBy(() -> toMissing.get(20, SECONDS))
        .hasMessageContaining("There is no exchange '" + missing.name());
  }

  @Test
  void declare_whatAmqpCannotEncode_failsThatAlone() throws Exception {
    Exchange exchange = Exchange.headers(name + ".h");
    Queue queue = Queue.named(name);
    Map<String, Object> longName = Map.of("n".repeat(300), 1);
    Binding bad = queue.boundTo(exchange, new Binding.AllOf(longName));
    assertThatThrownBy(() -> broker.declare(exchange, queue, bad).get(20, SECONDS))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .cause()
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("cannot encode");
    broker.declare(Queue.named(name + ".other")).get(20, SECONDS);
    publish("one").get(20, SECONDS);
  }

  @Test
  void publish_whatAmqpCannotEncode_failsThatAlone() throws Exception {
    declare();
    List<CompletableFuture<Void>> others = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      others.add(publish("m" + i));
    }
    Message bad = message("bad").copy().timestamp(Instant.MAX).build();
    Message worse = message("bad").copy().header("until", Instant.MAX).build();
    for (Message each : List.of(bad, worse)) {
      assertThatThrownBy(
              () -> broker.publish(Publication.of(each, Route.queue(name))).get(20, SECONDS))
          .hasRootCauseInstanceOf(PublishException.class)
          .hasMessageContaining("was not published. It fails again");
    }
    CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).get(20, SECONDS);
  }

  /** The limit counts for what is connected from then on. */
  @Test
  void publish_whatIsLargerThanAnOperatorAllows_isBeyondALimit() throws Exception {
    declare();
    String before =
        RabbitServer.shared().ctl("eval", "application:get_env(rabbit, max_message_size).");
    allowMessagesOf("50000");
    try (Broker limited = Broker.open(RabbitServer.shared().address())) {
      Publication fits = Publication.of(message("fits"), Route.queue(name));
      Message large = Message.of("large", new byte[50_001]).build();

      limited.publish(fits).get(20, SECONDS);
      assertThatThrownBy(
              () -> limited.publish(Publication.of(large, Route.queue(name))).get(20, SECONDS))
          .cause()
          .isInstanceOfSatisfying(PublishException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(PublishException.Reason.BEYOND_LIMIT);
            assertThat(refused).hasMessageContaining("as it is. It says: PRECONDITION_FAILED");
          });
      limited.publish(fits).get(20, SECONDS);
    } finally {
      allowMessagesOf(before.replaceAll("\\D", ""));
    }
  }

  private static void allowMessagesOf(String bytes) {
    String unusedOk = RabbitServer.shared()
        .ctl("eval", "application:set_env(rabbit, max_message_size, " + bytes + ").");
  }

  @Test
  void declare_refusedAsDifferent_leavesWhatStands() throws Exception {
    declare();
    publish("bad").get(20, SECONDS);
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 4, kept)) {
      Delivery delivery = kept.next();
      assertThatThrownBy(() -> broker.declare(Queue.named(name)).get(20, SECONDS))
          .hasMessageContaining("stands on the broker with another 'x-dead-letter-exchange'");
      delivery.reject().get(20, SECONDS);
      assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
    }
  }

  @Test
  void replace_toADeletedQueue_hasItDeclaredAgain() throws Exception {
    declare();
    publish("one").get(20, SECONDS);
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 4, kept)) {
      Delivery delivery = kept.next();
      deleteQueue(name + ".dead");
      Publication copy = Publication.of(delivery.message(), Route.queue(name + ".dead"));
      assertThatThrownBy(() -> delivery.replace(copy).get(20, SECONDS))
          .hasMessageContaining("There is no queue '" + name + ".dead'");
      declare();
      delivery.replace(copy).get(20, SECONDS);
      assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
    }
  }

  /** A copy that kept it would be sent there once more, each time. */
  @Test
  void copy_ofAForeignMessageWithCarbonCopies_goesToItsQueueAlone() throws Exception {
    declare();
    String other = name + ".other";
    broker.declare(Queue.named(other)).get(20, SECONDS);
    AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
        .messageId("m")
        .headers(Map.of("CC", List.of(other), "tenant", "a"))
        .build();
    byRawClient(channel -> channel.basicPublish("", name, properties, new byte[] {7}));
    assertThat(broker.inspect(other, 0).get(20, SECONDS).ready()).isEqualTo(1);
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 4, kept)) {
      Delivery delivery = kept.next();
      assertThat(delivery.message().headers()).isEqualTo(Map.of("tenant", "a"));
      Message copy = delivery.message().copy().header("again", true).build();
      delivery.replace(Publication.of(copy, Route.queue(name))).get(20, SECONDS);
      Delivery again = kept.next();
      assertThat(again.message().headers()).containsKey("again");
      again.ack().get(20, SECONDS);
      assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
    }
    assertThat(broker.inspect(other, 0).get(20, SECONDS).ready()).isEqualTo(1);
    deleteQueue(other);
  }

  @Test
  void replace_toATooLongName_failsThatAlone() throws Exception {
    declare();
    publish("one").get(20, SECONDS);
    Kept kept = new Kept();
    try (Subscription subscription = broker.subscribe(name, 4, kept)) {
      Delivery delivery = kept.next();
      Publication nowhere =
          Publication.of(message("x"), Route.queue("q".repeat(300))).after(Duration.ofSeconds(1));
      assertThatThrownBy(() -> delivery.replace(nowhere).get(20, SECONDS))
          .hasMessageContaining("queue name has 300 bytes");
      assertThatThrownBy(() -> broker.publish(nowhere).get(20, SECONDS))
          .hasMessageContaining("queue name has 300 bytes");
      delivery.release().get(20, SECONDS);
      kept.next().ack().get(20, SECONDS);
      assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
    }
  }

  @Test
  void publish_insideADependentOfAnother_ends() throws Exception {
    declare();
    CompletableFuture<String> chain = publish("one").thenApply(none -> {
      publish("two").join();
      publish("three").join();
      return "ended";
    });
    assertThat(chain.get(20, SECONDS)).isEqualTo("ended");
  }

  @Test
  void ready_withTheLongestDuration_returnsWhenConnected() {
    broker.ready(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(broker.capabilities().server()).startsWith("RabbitMQ");
  }

  @Test
  void ready_wrongPassword_failsAtOnceWithoutIt() {
    String address =
        RabbitServer.shared().address().replace("guest:guest@", "guest:planted-opensesame@");
    try (Broker refused = Broker.open(address)) {
      assertThatThrownBy(() -> refused.ready(Duration.ofSeconds(20)))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("refused the credentials of user 'guest'")
          .hasMessageNotContaining("planted-opensesame");
    }
  }

  @Test
  void publish_wrongPassword_failsAtOnceAndIsSafe() {
    String address =
        RabbitServer.shared().address().replace("guest:guest@", "guest:planted-opensesame@");
    try (Broker refused = Broker.open(address + "?publish-timeout=60s")) {
      CompletableFuture<Void> answer =
          refused.publish(Publication.of(message("early"), Route.queue(name)));
      assertThatThrownBy(() -> answer.get(20, SECONDS))
          .hasMessageContaining("refused the credentials of user 'guest'")
          .hasMessageContaining("To publish it again is safe")
          .hasMessageNotContaining("planted-opensesame");
    }
  }

  @Test
  void ready_missingVhost_failsAtOnceAndNamesIt() {
    try (Broker refused = Broker.open(RabbitServer.shared().address() + "/nowhere")) {
      assertThatThrownBy(() -> refused.ready(Duration.ofSeconds(20)))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("virtual host 'nowhere'");
    }
  }

  @Test
  void capabilities_haveTheConsumerTimeout_thatTheAddressSays() {
    broker.ready(Duration.ofSeconds(20));
    assertThat(broker.capabilities().consumerTimeout()).hasValue(Duration.ofMinutes(30));
    try (Broker patient = Broker.open(RabbitServer.shared().address() + "?consumer-timeout=7h")) {
      patient.ready(Duration.ofSeconds(20));
      assertThat(patient.capabilities().consumerTimeout()).hasValue(Duration.ofHours(7));
    }
  }
}
