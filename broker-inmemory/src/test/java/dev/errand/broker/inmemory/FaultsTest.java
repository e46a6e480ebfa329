package dev.errand.broker.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.tck.kit.Patience;
import dev.errand.time.ManualTime;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultsTest {
  private static final Queue QUEUE = Queue.named("jobs");

  private final ManualTime time = ManualTime.create();
  private final Broker broker = Broker.open("memory:?publish-timeout=2s", time);
  private final Faults faults = Faults.of(broker);
  private final List<Delivery> deliveries = new ArrayList<>();

  @BeforeEach
  void declare() {
    broker.declare(QUEUE).join();
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void refusedPublish_isRejectedWithTheReason_untilItEnds() {
    faults.refusePublishes("jobs");

    assertThatThrownBy(() -> publish("m").join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            PublishException.class,
            refused -> assertThat(refused.reason()).isEqualTo(PublishException.Reason.REJECTED))
        .hasMessageContaining("takes no more");

    faults.takePublishes("jobs");
    publish("m").join();
    assertThat(broker.inspect("jobs", 0).join().ready()).isEqualTo(1);
  }

  @Test
  void lostAck_isTheNth_andItsMessageComesBack() {
    broker.subscribe("jobs", 3, deliveries::add);
    publish("m1").join();
    publish("m2").join();
    faults.loseAck(2);

    deliveries.get(0).ack().join();
    CompletableFuture<Void> lost = deliveries.get(1).ack();

    assertThatThrownBy(lost::join)
        .cause()
        .isInstanceOfSatisfying(
            SettleException.class,
            refused -> assertThat(refused.reason()).isEqualTo(SettleException.Reason.GONE));
    time.advance(Duration.ofMillis(20));
    assertThat(deliveries)
        .extracting(delivery -> delivery.message().id())
        .containsExactly("m1", "m2", "m2");
    deliveries.get(2).ack().join();
    assertThat(broker.inspect("jobs", 0).join().unsettled()).hasValue(0);
    assertThatThrownBy(() -> faults.loseAck(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void copyWhilePublishersAreBlocked_waitsAndFailsAsUnavailable() {
    broker.subscribe("jobs", 1, deliveries::add);
    publish("m").join();
    faults.blockPublishers();

    CompletableFuture<Void> early = deliveries.get(0).release();
    assertThat(early).isNotDone();
    faults.admitPublishers();
    early.join();
    faults.blockPublishers();
    CompletableFuture<Void> late = deliveries.get(1).release();
    time.advance(Duration.ofSeconds(3));

    assertThatThrownBy(late::join)
        .cause()
        .isInstanceOfSatisfying(
            PublishException.class,
            blocked -> assertThat(blocked.reason()).isEqualTo(PublishException.Reason.UNAVAILABLE));
    deliveries.get(1).ack().join();
  }

  @Test
  void publisherThatWaitsForAdmission_failsAsUnavailable_whenItsBrokerIsClosed() {
    CompletableFuture<Void> waiting = publishWhileBlocked();

    broker.close();

    assertUnavailable(waiting, "The broker is closed");
  }

  @Test
  void publisherThatIsAdmittedWithoutAConnection_failsAsUnavailable_andSendsNothing() {
    CompletableFuture<Void> waiting = publishWhileBlocked();

    faults.stop();
    faults.admitPublishers();

    assertUnavailable(waiting, "The server is down");
    faults.start();
    assertThat(broker.inspect("jobs", 0).join().ready()).isZero();
  }

  private CompletableFuture<Void> publishWhileBlocked() {
    faults.blockPublishers();
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> publish("m").join(), task -> new Thread(task).start());
    new Patience(Time.system(), waiting::toString)
        .await("it waits for admission", () -> time.untilNext().isPresent());
    return waiting;
  }

  private static void assertUnavailable(CompletableFuture<Void> publish, String why) {
    assertThat(publish)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            PublishException.class,
            refused -> assertThat(refused.reason()).isEqualTo(PublishException.Reason.UNAVAILABLE))
        .withMessageContaining(why);
  }

  @Test
  void handlerOfUncaughtExceptionsThatThrows_stopsNoDelivery() throws InterruptedException {
    broker.subscribe("jobs", 2, delivery -> {
      deliveries.add(delivery);
      throw new IllegalStateException("the receiver's");
    });
    Thread publisher = new Thread(() -> publish("m1").join());
    publisher.setUncaughtExceptionHandler((thread, error) -> {
      throw new IllegalStateException("the handler's", error);
    });
    publisher.start();
    publisher.join();

    time.advance(Duration.ofSeconds(1));

    assertThat(deliveries)
        .extracting(delivery -> delivery.message().id())
        .containsExactly("m1", "m1");
  }

  @Test
  void blackHole_takesWhatIsSent_andGivesItUpWithTheConnection() {
    faults.blackHole();
    CompletableFuture<Void> arrives = publish("arrives");
    assertThat(arrives).isNotDone();
    faults.flow();
    arrives.join();

    faults.blackHole();
    CompletableFuture<Void> lost = publish("lost");
    time.advance(Duration.ofSeconds(21));
    assertThat(lost).isCompletedExceptionally();
    faults.flow();

    assertThat(broker.inspect("jobs", 2).join().head())
        .extracting(Message::id)
        .containsExactly("arrives");
  }

  @Test
  void restart_losesAllMessages_andWhoDeclaredAndConsumedDoesSoAgain() {
    broker.subscribe("jobs", 1, deliveries::add);
    publish("held").join();
    publish("waits").join();
    broker.publish(to("later").after(Duration.ofMinutes(1))).join();

    faults.restart();

    assertThat(deliveries.get(0).ack()).isCompletedExceptionally();
    time.advance(Duration.ofMinutes(2));
    publish("new").join();
    assertThat(deliveries)
        .extracting(delivery -> delivery.message().id())
        .containsExactly("held", "new");
    assertThat(faults.inventory())
        .containsExactlyInAnyOrder("queue 'jobs'", "consumer of queue 'jobs'");
  }

  private CompletableFuture<Void> publish(String id) {
    return broker.publish(to(id));
  }

  private static Publication to(String id) {
    return Publication.of(Message.of(id, new byte[1]).build(), Route.queue("jobs"));
  }
}
