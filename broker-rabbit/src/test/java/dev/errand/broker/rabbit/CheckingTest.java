package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What {@code declare=check} does with the parts that are RabbitMQ's alone, and without rights. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class CheckingTest {
  private final RabbitNode node = RabbitServer.privateNode();
  private final LinkedBlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
  private Broker checking;
  private Broker owner;

  @BeforeAll
  void addUserWithoutConfigure() {
    node.ctl("add_user", "checker", "checker");
  }

  @AfterAll
  void stop() {
    node.close();
  }

  /** Each test on a virtual host of its own, where nothing stands. */
  @BeforeEach
  void open() {
    node.ctl("add_vhost", "owned");
    node.ctl("set_permissions", "-p", "owned", "checker", "^$", ".*", ".*");
    node.ctl("set_permissions", "-p", "owned", "guest", ".*", ".*", ".*");
    owner = Broker.open(node.address() + "/owned");
    checking = Broker.open(
        node.address().replace("guest:guest", "checker:checker") + "/owned?declare=check");
    checking.ready(Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    checking.close();
    owner.close();
    node.ctl("delete_vhost", "owned");
  }

  private static Queue documents() {
    return Queue.named("documents").overflow("documents.dead");
  }

  private static Publication document(String id) {
    return Publication.of(Message.of(id, new byte[0]).build(), Route.queue("documents"));
  }

  private String exchangesOfErrand() {
    return node.ctl("list_exchanges", "-p", "owned", "--silent", "--no-table-headers", "name")
        .lines()
        .filter(name -> name.startsWith("errand."))
        .toList()
        .toString();
  }

  private void assertMissing(String part, Topology... parts) {
    assertThatThrownBy(() -> checking.declare(parts).join())
        .hasCauseInstanceOf(TopologyException.class)
        .hasMessageContaining("There is no " + part + " on the server, and the address says"
            + " declare=check, so it was not made");
  }

  @Test
  void partsOfErrandThatAreMissing_areReportedAndNotMade() {
    Queue dead = Queue.named("documents.dead");
    owner.declare(dead, Queue.named("documents")).join();

    assertMissing("exchange 'errand.unroutable'", documents(), dead);

    assertThat(exchangesOfErrand()).isEqualTo("[]");
  }

  @Test
  void delayPartsThatAreMissing_refuseTheDelayAndAreNotMade() {
    owner.declare(Queue.named("documents.dead"), documents()).join();
    checking.declare(Queue.named("documents.dead"), documents()).join();

    CompletableFuture<Void> delayed = checking.publish(document("m").after(Duration.ofSeconds(5)));

    assertThatThrownBy(delayed::join)
        .hasCauseInstanceOf(PublishException.class)
        .hasMessageContainingAll("There is no exchange 'errand.deliver'", "declare=check");
    assertThat(exchangesOfErrand()).isEqualTo("[errand.overflow, errand.unroutable]");
    checking.publish(document("undelayed")).join();
  }

  @Test
  void userWithoutAnyRightToConfigure_delaysConsumesAndRejects() throws Exception {
    Queue dead = Queue.named("documents.dead");
    owner.declare(dead, documents()).join();
    owner.publish(document("first").after(Duration.ofMillis(100))).join();

    checking.declare(dead, documents()).join();
    checking.publish(document("second").after(Duration.ofMillis(200))).join();
    checking.subscribe("documents", 1, arrived::add);

    for (int times = 0; times < 2; times++) {
      Delivery delivery = arrived.poll(20, TimeUnit.SECONDS);
      assertThat(delivery).as("delivery within 20 s").isNotNull();
      delivery.reject().get(20, TimeUnit.SECONDS);
    }
    // The server moves by itself what was rejected.
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(
            () -> assertThat(owner.inspect("documents.dead", 2).join().head())
                .extracting(Message::id)
                .containsExactlyInAnyOrder("first", "second"));
  }

  @Test
  void whatAmqpDoesNotShow_isTakenAsGiven_andMetAsUnroutable() {
    Queue queue = Queue.named("index");
    Exchange made = Exchange.fanout("uploads");
    owner.declare(queue, made).join();
    Exchange meant = Exchange.topic("uploads");

    checking.declare(queue, meant, queue.boundTo(meant, "upload.#")).join();

    CompletableFuture<Void> published = checking.publish(
        Publication.of(Message.of("m", new byte[0]).build(), Route.exchange(meant, "upload.a")));
    assertThatThrownBy(published::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            PublishException.class,
            refused -> assertThat(refused.reason()).isEqualTo(PublishException.Reason.UNROUTABLE));
  }
}
