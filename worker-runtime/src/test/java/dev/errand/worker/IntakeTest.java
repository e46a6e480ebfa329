package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import dev.errand.worker.decide.Whence;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscription that is made again, where that meets a resume, a pause or a stop. */
@Timeout(60)
class IntakeTest {
  private final ManualTime time = ManualTime.create();
  private final Broker broker = Broker.open("memory:", time);
  private final Lifecycle lifecycle = new Lifecycle();
  private final Backlog backlog = new Backlog();
  private final Intake intake = intake();
  private final List<Runnable> turns = new ArrayList<>();
  private Runnable atTheClose = () -> {};

  @BeforeEach
  void open() {
    broker.declare(Queue.named("q")).join();
    lifecycle.to(State.RUNNING);
    intake.open();
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private Intake intake() {
    Scheduler scheduler = time.scheduler("test");
    Herald herald = new Herald(new Events("test", event -> {}), time);
    Holding holding = new Holding(broker, 1, 1, List.of(), herald, new Ticker(scheduler));
    Places places = new Places(Map.of(), broker, herald, lifecycle);
    Settling settling = new Settling(new Letters(broker, "test"), scheduler, herald, places);
    Reception reception = new Reception(backlog, holding, settling, new Suspect());
    Supply supply = new Supply("q", List.of(2), reception, broker, herald, lifecycle);
    Arrivals arrivals = new Arrivals("q", Whence.QUEUE, reception);
    return new Intake("q", 2, arrivals, supply, watchingCloses(), lifecycle);
  }

  /** The broker, whose subscriptions say so before they close. */
  private Broker watchingCloses() {
    return (Broker) Proxy.newProxyInstance(
        Broker.class.getClassLoader(), new Class<?>[] {Broker.class}, (self, method, args) -> {
          Object answer = method.invoke(broker, args);
          return answer instanceof Subscription real ? new Watched(real) : answer;
        });
  }

  private final class Watched implements Subscription {
    private final Subscription real;

    Watched(Subscription real) {
      this.real = real;
    }

    @Override
    public Subscription.State state() {
      return real.state();
    }

    @Override
    public CompletableFuture<Void> pause() {
      return real.pause();
    }

    @Override
    public CompletableFuture<Void> resume() {
      return real.resume();
    }

    @Override
    public void close() {
      atTheClose.run();
      real.close();
    }
  }

  private void publish(String id) {
    broker
        .publish(Publication.of(Message.of(id, new byte[0]).build(), Route.queue("q")))
        .join();
  }

  private void follow() {
    CompletableFuture<Void> unusedAnswer = intake.follow();
  }

  private void takeTurn() {
    turns.remove(0).run();
  }

  /** All that was handed over, of which nothing began. */
  private List<Taken> handedOver() {
    backlog.close();
    return backlog.leftovers();
  }

  private static void assertKept(Taken taken) {
    assertThat(taken.gone()).isFalse();
    assertThat(taken.delivery().redeliveries()).isZero();
  }

  @Test
  void resume_whileItIsMadeAgain_hasNothingComeThatTheCloseWouldLose() {
    intake.renew(turns::add);
    follow();
    publish("1");
    assertThat(intake.received()).isZero();

    takeTurn();
    assertThat(handedOver()).singleElement().satisfies(IntakeTest::assertKept);
  }

  @Test
  void resume_whileTheFormerIsClosed_hasNothingComeThatCountsAsLostWithIt() {
    atTheClose = () -> {
      follow();
      publish("1");
    };
    intake.renew(turns::add);
    takeTurn();

    assertThat(handedOver()).singleElement().satisfies(IntakeTest::assertKept);
  }

  @Test
  void pause_whileItIsMadeAgain_holdsAfterIt() {
    intake.renew(turns::add);
    lifecycle.to(State.PAUSED);
    assertThat(intake.follow()).isDone();
    takeTurn();
    publish("1");
    assertThat(intake.received()).isZero();

    lifecycle.to(State.RUNNING);
    follow();
    assertThat(handedOver()).singleElement().satisfies(IntakeTest::assertKept);
  }

  @Test
  void stop_whileItIsMadeAgain_closesTheFormer() {
    intake.renew(turns::add);
    assertThat(intake.pause()).isDone();
    takeTurn();
    intake.close();
    publish("1");

    assertThat(intake.received()).isZero();
    assertThat(broker.inspect("q", 0).join().consumers()).hasValue(0);
  }

  @Test
  void close_thatFails_leavesTheQueueConsumed() {
    atTheClose = () -> {
      throw new IllegalStateException("not now");
    };
    intake.renew(turns::add);
    assertThatThrownBy(this::takeTurn).hasMessage("not now");
    publish("1");

    assertThat(intake.received()).isOne();
  }

  @Test
  void whatIsInHand_keepsItsSubscription() {
    publish("1");
    intake.renew(turns::add);
    takeTurn();
    publish("2");

    assertThat(handedOver()).hasSize(2).allSatisfy(IntakeTest::assertKept);
  }
}
