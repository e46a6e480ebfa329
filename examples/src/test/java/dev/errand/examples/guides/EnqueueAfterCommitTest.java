package dev.errand.examples.guides;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import dev.errand.examples.guides.ChargeHandler.ChargeCard;
import dev.errand.examples.guides.Shop.CreditPoints;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EnqueueAfterCommitTest {
  private final String address = "memory:" + UUID.randomUUID();
  private final Signals signals = new Signals();
  private Database database;
  private Broker workersBroker;
  private Broker sendersBroker;
  private Shop shop;
  private @Nullable Worker worker;

  @BeforeEach
  void open() throws SQLException {
    database = new Database();
    workersBroker = Broker.open(address);
    sendersBroker = Broker.open(address);
    shop = new Shop(database, TaskClient.on(sendersBroker));
  }

  @AfterEach
  void close() {
    if (worker != null) {
      worker.close();
    }
    sendersBroker.close();
    workersBroker.close();
    database.close();
  }

  @Test
  void enqueueInside_workerIsFaster_findsNoOrder() throws Exception {
    BlockingQueue<Integer> found = new LinkedBlockingQueue<>();
    BlockingQueue<Integer> foundBeforeCommit = new LinkedBlockingQueue<>();
    database.beforeCommit(() -> foundBeforeCommit.add(next(found)));

    start(Shop.CREDIT_POINTS, (payload, job) -> found.add(orders()));
    shop.orderEnqueueingInside("o-1", "ann");

    assertThat(foundBeforeCommit).containsExactly(0);
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void enqueueInside_rolledBack_leavesAJobForNothing() throws Exception {
    database.beforeCommit(() -> {
      throw new SQLException("the commit fails");
    });

    assertThatThrownBy(() -> shop.orderEnqueueingInside("o-1", "ann"))
        .hasMessage("the commit fails");

    assertThat(orders()).isZero();
    assertThat(waiting("points")).isEqualTo(1);
  }

  @Test
  void enqueueAfter_jobFindsItsOrder() throws Exception {
    start(Shop.CREDIT_POINTS, new PointsHandler(database));
    shop.order("o-1", "ann");
    assertThat(signals.await(WorkerEvent.Succeeded.class).job().id()).isEqualTo("points-for-o-1");

    assertThat(points("ann")).isEqualTo(10);
  }

  @Test
  void enqueueAfter_brokerGone_orderStandsAndItsJobIsMissing() throws SQLException {
    sendersBroker.close();

    assertThatThrownBy(() -> shop.order("o-1", "ann"))
        .isInstanceOfSatisfying(
            PublishException.class,
            refused -> assertThat(refused.safeToRepeat()).isTrue());

    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void outbox_brokerGone_isEmptiedLater() throws Exception {
    shop.orderByOutbox("o-1", "ann");
    sendersBroker.close();
    assertThatThrownBy(() -> shop.emptyOutbox()).isInstanceOf(PublishException.class);
    assertThat(outbox()).isEqualTo(1);

    start(Shop.CREDIT_POINTS, new PointsHandler(database));
    new Shop(database, TaskClient.on(workersBroker)).emptyOutbox();
    signals.await(WorkerEvent.Succeeded.class);

    assertThat(outbox()).isZero();
    assertThat(points("ann")).isEqualTo(10);
  }

  @Test
  void outbox_diedBeforeItsCommit_enqueuesTwiceUnderOneId_andTheHandlerCreditsOnce()
      throws Exception {
    shop.orderByOutbox("o-1", "ann");
    database.beforeCommit(() -> {
      throw new SQLException("died");
    });
    assertThatThrownBy(() -> shop.emptyOutbox()).hasMessage("died");
    database.beforeCommit(() -> {});

    shop.emptyOutbox();

    start(Shop.CREDIT_POINTS, new PointsHandler(database));
    assertThat(signals.await(WorkerEvent.Succeeded.class).job().id()).isEqualTo("points-for-o-1");
    assertThat(signals.await(WorkerEvent.Succeeded.class).job().id()).isEqualTo("points-for-o-1");
    assertThat(points("ann")).isEqualTo(10);
  }

  @Test
  void outbox_rowsOfAnotherSweep_areLeftToIt() throws SQLException {
    shop.orderByOutbox("o-1", "ann");
    database.beforeCommit(() -> {
      // The first sweep holds the row here: a second finds nothing to send.
      database.beforeCommit(() -> {});
      shop.emptyOutbox();
      assertThat(waiting("points")).isEqualTo(1);
    });

    shop.emptyOutbox();

    assertThat(waiting("points")).isEqualTo(1);
    assertThat(outbox()).isZero();
  }

  @Test
  void handler_failsAfterItsMark_marksNothing_andTheNextAttemptCredits() throws Exception {
    Task<CreditPoints> task = Task.of("shop.credit-points", CreditPoints.class)
        .on("points")
        .retrying(RetryPolicy.every(Duration.ZERO));
    shop.order("o-1", "ann");
    database.beforeCommit(() -> {
      database.beforeCommit(() -> {});
      throw new SQLException("died");
    });

    start(task, new PointsHandler(database));
    assertThat(signals.await(WorkerEvent.Succeeded.class).job().attempt()).isEqualTo(2);

    assertThat(points("ann")).isEqualTo(10);
  }

  @Test
  void handler_twoCopiesAtOnce_creditOnce() throws Exception {
    shop.order("o-1", "ann");
    TaskClient.on(sendersBroker)
        .enqueue(
            Shop.CREDIT_POINTS, new CreditPoints("o-1"), EnqueueOptions.withId("points-for-o-1"));
    CyclicBarrier bothRun = new CyclicBarrier(2);
    PointsHandler handler = new PointsHandler(database);

    start(Shop.CREDIT_POINTS, (payload, job) -> {
      bothRun.await(20, SECONDS);
      handler.handle(payload, job);
    });
    signals.await(WorkerEvent.Succeeded.class);
    signals.await(WorkerEvent.Succeeded.class);

    assertThat(points("ann")).isEqualTo(10);
  }

  @Test
  void handler_jobWithoutAnId_isRefused() throws Exception {
    Task<CreditPoints> task = Task.of("shop.credit-points", CreditPoints.class)
        .on("points")
        .retrying(RetryPolicy.never());
    shop.order("o-1", "ann");
    start(task, new PointsHandler(database));
    signals.await(WorkerEvent.Succeeded.class);

    Message foreign = Message.of("", "{\"order\":\"o-1\"}".getBytes(UTF_8))
        .type("shop.credit-points")
        .build();
    sendersBroker.publish(Publication.of(foreign, Route.queue("points"))).join();

    assertThat(signals.await(WorkerEvent.DeadLettered.class).reason()).contains("has no id");
    assertThat(points("ann")).isEqualTo(10);
  }

  @Test
  void charge_failsAfterThePayment_isRepeatedWithTheSameKey() throws Exception {
    Map<String, Long> charged = new HashMap<>();
    ChargeHandler handler = new ChargeHandler((card, cents, key) -> charged.put(key, cents));
    Task<ChargeCard> task = Task.of("shop.charge", ChargeCard.class)
        .on("charges")
        .retrying(RetryPolicy.every(Duration.ZERO));

    start(task, (payload, job) -> {
      handler.handle(payload, job);
      if (job.attempt() == 1) {
        throw new IllegalStateException("died after the payment");
      }
    });
    TaskClient.on(sendersBroker)
        .enqueue(task, new ChargeCard("o-1", "4711", 990), EnqueueOptions.withId("charge-o-1"));
    assertThat(signals.await(WorkerEvent.Succeeded.class).job().attempt()).isEqualTo(2);

    assertThat(charged).containsExactly(Map.entry("charge-o-1", 990L));
  }

  private <P> void start(Task<P> task, TaskHandler<P> handler) {
    worker = Worker.on(workersBroker).handle(task, handler).listener(signals).start();
  }

  private static int next(BlockingQueue<Integer> numbers) {
    try {
      Integer next = numbers.poll(20, SECONDS);
      if (next == null) {
        throw new AssertionError("No job ran within 20 s.");
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private int orders() throws SQLException {
    return database.number("select count(*) from orders");
  }

  private int outbox() throws SQLException {
    return database.number("select count(*) from outbox");
  }

  private int points(String customer) throws SQLException {
    return database.number("select points from points where customer = ?", customer);
  }

  private long waiting(String queue) {
    return workersBroker.inspect(queue, 0).join().ready();
  }
}
