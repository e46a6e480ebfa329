package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitProxy;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** How what is delayed through an exchange gets there, seen from the server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RelayTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String LIMIT = "{\"max-length\": 2, \"overflow\": \"reject-publish\"}";

  private final List<Broker> opened = new ArrayList<>();
  private RabbitNode node;
  private Connection connection;
  private Exchange exchange;
  private Queue queue;

  @BeforeAll
  void start() {
    node = RabbitServer.privateNode();
  }

  @AfterAll
  void stop() {
    node.close();
  }

  @BeforeEach
  void declare() throws Exception {
    String name = "shop-" + UUID.randomUUID();
    exchange = Exchange.topic(name);
    queue = Queue.named(name + ".index");
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(node.address());
    connection = factory.newConnection();
    try (Broker broker = Broker.open(node.address())) {
      declare(broker);
    }
  }

  @AfterEach
  void close() throws IOException {
    opened.forEach(Broker::close);
    opened.clear();
    connection.close();
  }

  private void declare(Broker broker) {
    broker
        .declare(queue, exchange, queue.boundTo(exchange, "news.#"))
        .orTimeout(20, SECONDS)
        .join();
  }

  private Broker open(String address) {
    Broker broker = Broker.open(address);
    opened.add(broker);
    broker.ready(Duration.ofSeconds(20));
    return broker;
  }

  private Publication through(String id) {
    Message message = Message.of(id, new byte[] {1}).header("lang", "en").build();
    return Publication.of(message, Route.exchange(exchange, "news.de"));
  }

  private void delay(Broker broker, Duration delay, List<String> ids) {
    List<CompletableFuture<Void>> answers =
        ids.stream().map(id -> broker.publish(through(id).after(delay))).toList();
    answers.forEach(answer -> answer.orTimeout(20, SECONDS).join());
  }

  /** The ids of what arrives in the queue from now on, as the server knows a consumer of it. */
  private List<String> arrivals() {
    List<String> ids = new CopyOnWriteArrayList<>();
    open(node.address()).subscribe(queue.name(), 100, acknowledging(ids));
    return ids;
  }

  private static Receiver acknowledging(List<String> ids) {
    return (Delivery delivery) -> {
      ids.add(delivery.message().id());
      CompletableFuture<Void> unused = delivery.ack();
    };
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }

  private String relayQueue() {
    return "errand.relay." + exchange.name();
  }

  private long ready(String name) {
    try (Channel channel = connection.createChannel()) {
      return channel.messageCount(name);
    } catch (IOException | TimeoutException failed) {
      throw new AssertionError("counting " + name, failed);
    }
  }

  /** How many messages a queue holds, with those that a consumer has not settled. */
  private long held(String name) {
    return node.ctl("list_queues", "--no-table-headers", "name", "messages")
        .lines()
        .map(line -> line.split("\t"))
        .filter(row -> row[0].equals(name))
        .mapToLong(row -> Long.parseLong(row[1]))
        .sum();
  }

  private void deleteExchange() throws Exception {
    try (Channel channel = connection.createChannel()) {
      channel.exchangeDelete(exchange.name());
    }
  }

  @Test
  void brokerThatOnlyPublishes_consumesNothing_untilItDelaysThroughAnExchange() {
    try (RabbitProxy proxy = RabbitProxy.before(node)) {
      Broker broker = open(proxy.address());
      declare(broker);
      broker.publish(through("now")).join();
      broker
          .publish(Publication.of(through("later").message(), Route.queue(queue.name()))
              .after(SECOND))
          .join();
      assertThat(proxy.connections()).isEqualTo(1);
      // Those of the tests before may be listed for a moment.
      await().atMost(20, SECONDS).until(() -> !node.ctl("list_consumers").contains("errand.relay"));

      delay(broker, SECOND, List.of("delayed through it"));

      await().atMost(20, SECONDS).until(() -> proxy.connections() == 2);
      await().atMost(20, SECONDS).until(() -> ready(queue.name()) == 3);
      assertThat(node.ctl("list_consumers")).contains(relayQueue()).doesNotContain(queue.name());
      broker.close();
    }
  }

  @Test
  void sentOn_itIsAnOrdinaryMessage() throws Exception {
    Broker broker = open(node.address());

    delay(broker, SECOND, List.of("m"));

    await().atMost(20, SECONDS).until(() -> ready(queue.name()) == 1);
    try (Channel channel = connection.createChannel()) {
      GetResponse found = channel.basicGet(queue.name(), true);
      assertThat(found.getEnvelope().getExchange()).isEqualTo(exchange.name());
      assertThat(found.getEnvelope().getRoutingKey()).isEqualTo("news.de");
      assertThat(found.getProps().getDeliveryMode()).isEqualTo(2);
      assertThat(found.getProps().getHeaders())
          .containsEntry("lang", found.getProps().getHeaders().get("lang"));
      assertThat(found.getProps().getHeaders()).doesNotContainKeys("x-errand-key", "x-death");
    }
  }

  @Test
  void senderThatIsGone_isStoodInForByWhoDeclaredTheExchangeAndConsumes() {
    Broker sender = open(node.address());
    delay(sender, Duration.ofSeconds(2), ids(20));
    sender.close();
    Broker worker = open(node.address());
    List<String> arrived = new CopyOnWriteArrayList<>();
    worker.subscribe(queue.name(), 10, acknowledging(arrived));

    declare(worker);

    await().atMost(20, SECONDS).until(() -> arrived.size() >= 20);
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(ids(20));
  }

  @Test
  void twoBrokers_shareWhatIsDue() {
    List<String> arrived = arrivals();
    List<Broker> senders = List.of(open(node.address()), open(node.address()));

    delay(senders.get(0), SECOND, ids(500));
    delay(senders.get(1), SECOND, List.of("other"));

    await().atMost(30, SECONDS).until(() -> arrived.size() >= 501);
    assertThat(arrived).doesNotHaveDuplicates().containsAll(ids(500)).contains("other");
  }

  @Test
  void whoMayNotPublish_leavesItInTheQueueForWhoMay() {
    node.ctl("add_user", "weak", "weak");
    node.ctl("set_permissions", "weak", ".*", "^(?!" + exchange.name() + "$).*", ".*");
    Broker weak = open(node.address().replace("guest:guest@", "weak:weak@"));

    delay(weak, SECOND, ids(20));

    await().atMost(20, SECONDS).until(() -> ready(relayQueue()) == 20);
    assertThat(ready(queue.name())).isZero();
    Broker strong = open(node.address());
    delay(strong, SECOND, List.of("own"));
    await().atMost(30, SECONDS).until(() -> ready(queue.name()) >= 21);
    assertThat(ready(relayQueue())).isZero();
    node.ctl("delete_user", "weak");
  }

  @Test
  void exchangeDeletedMeanwhile_parksWhatWentThroughIt_andNothingElseFails() throws Exception {
    Exchange other = Exchange.fanout(exchange.name() + ".other");
    Broker broker = open(node.address());
    broker.declare(queue, other, queue.boundTo(other, "")).join();
    delay(broker, SECOND, List.of("proves the exchange"));
    await().atMost(20, SECONDS).until(() -> ready(queue.name()) == 1);
    long parked = ready("errand.unroutable");
    // Long enough to delete the exchange before, on a busy machine.
    delay(broker, Duration.ofSeconds(4), ids(50));

    deleteExchange();
    List<CompletableFuture<Void>> others = new ArrayList<>();
    // Some of them are unanswered at any moment.
    await().pollInterval(Duration.ofNanos(1)).atMost(30, SECONDS).until(() -> {
      for (int i = 0; i < 100; i++) {
        Message message = Message.of("other", new byte[0]).build();
        others.add(broker.publish(Publication.of(message, Route.exchange(other, ""))));
      }
      return ready("errand.unroutable") >= parked + 50;
    });

    others.forEach(answer -> assertThat(answer).succeedsWithin(Duration.ofSeconds(20)));
    assertThat(ready("errand.unroutable")).isEqualTo(parked + 50);
    assertThat(ready(queue.name())).isEqualTo(1 + others.size());
    assertThat(ready(relayQueue())).isZero();
    assertThatThrownBy(() -> delay(broker, SECOND, List.of("too late")))
        .hasCauseInstanceOf(PublishException.class)
        .hasMessageContaining("There is no exchange '" + exchange.name() + "' to delay it for");
  }

  @Test
  void refusedByAFullQueue_isParkedByItsKey_andTellsItsExchange() throws Exception {
    Exchange fanout = Exchange.fanout(exchange.name() + ".all");
    Queue full = Queue.named(queue.name() + ".full");
    Broker broker = open(node.address());
    broker
        .declare(queue, full, fanout, full.boundTo(fanout, ""), queue.boundTo(fanout, ""))
        .join();
    node.ctl("set_policy", "full", "^" + full.name() + "$", LIMIT, "--apply-to", "queues");
    await().atMost(20, SECONDS).until(() -> !takes(broker, full));
    long parked = ready("errand.unroutable");

    broker
        .publish(Publication.of(through("m").message(), Route.exchange(fanout, "news.de"))
            .after(SECOND))
        .orTimeout(20, SECONDS)
        .join();

    await().atMost(20, SECONDS).until(() -> ready("errand.unroutable") > parked);
    assertThat(ready("errand.relay." + fanout.name())).isZero();
    assertThat(ready(queue.name())).isEqualTo(1);
    try (Channel channel = connection.createChannel()) {
      GetResponse found = last(channel, "errand.unroutable");
      assertThat(found.getEnvelope().getRoutingKey()).isEqualTo("news.de");
      assertThat(found.getProps().getHeaders().get("broker-reason")).hasToString("rejected");
      assertThat(found.getProps().getHeaders().get("broker-exchange")).hasToString(fanout.name());
      assertThat(found.getProps().getHeaders().get("broker-key")).hasToString("news.de");
    }
  }

  private static boolean takes(Broker broker, Queue full) {
    Message message = Message.of("filling", new byte[0]).build();
    return broker
        .publish(Publication.of(message, Route.queue(full.name())))
        .handle((none, error) -> error == null)
        .join();
  }

  private static GetResponse last(Channel channel, String from) throws IOException {
    // Taken for good: what is put back is so later than the test's end.
    GetResponse last = channel.basicGet(from, true);
    while (last.getMessageCount() > 0) {
      last = channel.basicGet(from, true);
    }
    return last;
  }

  @Test
  void relayQueueDeleted_isMadeAgain() throws Exception {
    Broker broker = open(node.address());
    delay(broker, SECOND, List.of("before"));
    await().atMost(20, SECONDS).until(() -> ready(queue.name()) == 1);

    try (Channel channel = connection.createChannel()) {
      channel.queueDelete(relayQueue());
    }

    await()
        .atMost(20, SECONDS)
        .ignoreExceptionsMatching(AssertionError.class::isInstance)
        .until(() -> ready(relayQueue()) == 0);
    delay(broker, SECOND, List.of("after"));
    await().atMost(20, SECONDS).until(() -> ready(queue.name()) == 2);
  }

  @Test
  void underAnAlarm_itWaits_andGoesOnAfterIt() {
    Broker broker = open(node.address() + "?publish-timeout=2s");
    delay(broker, Duration.ofSeconds(10), ids(150));

    node.ctl("set_vm_memory_high_watermark", "0");
    try {
      await().atMost(60, SECONDS).until(() -> held(relayQueue()) == 150);
      // Longer than the publish time-out, so that each attempt fails once at least.
      await()
          .during(Duration.ofSeconds(5))
          .atMost(20, SECONDS)
          .until(() -> ready(queue.name()) == 0);
    } finally {
      node.ctl("set_vm_memory_high_watermark", "0.4");
    }

    // What was written before the server stopped reading has no answer in time, and is sent again.
    List<String> arrived = arrivals();
    await().atMost(30, SECONDS).until(() -> arrived.containsAll(ids(150)));
  }

  @Test
  void closed_whileItSendsOn_waitsForTheAnswers_andHasNothingSentTwice() throws Exception {
    Broker first = open(node.address());
    delay(first, Duration.ofSeconds(9), ids(20));
    tellProcessOfQueue("suspend");
    await().atMost(20, SECONDS).until(() -> ready("errand.delay.1.9") + ready(relayQueue()) == 0);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(first::close);
    await()
        .during(Duration.ofSeconds(2))
        .atMost(10, SECONDS)
        .until(() -> ready(relayQueue()) == 0 && !closed.isDone());
    tellProcessOfQueue("resume");
    closed.orTimeout(20, SECONDS).join();

    delay(open(node.address()), SECOND, List.of("own"));
    await().atMost(30, SECONDS).until(() -> ready(queue.name()) >= 21);
    assertThat(ready(relayQueue())).isZero();
    assertThat(ready(queue.name())).isEqualTo(21);
  }

  /** A queue whose process is suspended confirms nothing. */
  private void tellProcessOfQueue(String what) {
    node.ctl(
        "eval",
        "{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"" + queue.name()
            + "\">>)), sys:" + what + "(amqqueue:get_pid(Q)).");
  }

  @Test
  void cutOff_whileItSendsOn_losesNothing() {
    List<String> arrived = arrivals();
    try (RabbitProxy proxy = RabbitProxy.before(node)) {
      Broker broker = open(proxy.address());
      delay(broker, SECOND, ids(1_000));
      for (int cut = 1; cut <= 3; cut++) {
        int before = cut * 200;
        await()
            .pollInterval(Duration.ofMillis(5))
            .atMost(30, SECONDS)
            .until(() -> arrived.size() > before);
        proxy.cut();
      }

      await().atMost(30, SECONDS).until(() -> arrived.containsAll(ids(1_000)));
      broker.close();
    }
  }
}
