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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscription that is made again, where that meets a resume, a pause or a stop. */
@Timeout(60)
class IntakeTest {
  private final ManualTime time = ManualTime.create();
  private final Broker broker = Broker.open("memory:", time);
  private final Lifecycle lifecycle = new Lifecycle(time, Duration.ZERO);
  private final Recorder recorder = new Recorder();
  private final Herald herald = new Herald(new Events("test", recorder), time);
  private final Dispatcher dispatcher =
      new Dispatcher("test", 1, Threads.PLATFORM, time, (taken, thread) -> {});
  private final Intake intake = intake();
  private final List<Runnable> turns = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();
  private Supplier<@Nullable CompletableFuture<Void>> pausing = () -> null;
  private Runnable atTheClose = () -> {};
  private boolean failing;

  @BeforeEach
  void open() {
    broker.declare(Queue.named("q")).join();
    lifecycle.to(State.RUNNING);
    intake.open();
  }

  @AfterEach
  void close() {
    herald.end();
    broker.close();
  }

  private Intake intake() {
    Scheduler scheduler = time.scheduler("test");
    herald.start();
    Holding holding = new Holding(broker, 1, 1, List.of(), herald, new Ticker(scheduler));
    Places places = new Places(Map.of(), broker, herald, lifecycle);
    Settling settling = new Settling(new Letters(broker, "test"), scheduler, time, herald, places);
    Reception reception =
        new Reception(dispatcher, holding, settling, new Suspect(), new StillRunning());
    Supply supply = new Supply("q", List.of(2), reception, broker, herald, lifecycle);
    Arrivals arrivals = new Arrivals("q", Whence.QUEUE, reception);
    return new Intake("q", 2, arrivals, supply, watchingCloses(), lifecycle);
  }

  /** The broker, whose subscriptions say so before they close. */
  private Broker watchingCloses() {
    return (Broker) Proxy.newProxyInstance(
        Broker.class.getClassLoader(), new Class<?>[] {Broker.class}, (self, method, args) -> {
          if (failing) {
            throw new IllegalStateException("no room");
          }
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
      CompletableFuture<Void> instead = pausing.get();
      return instead == null ? real.pause() : instead;
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

  private void renew() {
    intake.renew(turns::add, later::add);
  }

  private void takeTurn() {
    turns.remove(0).run();
  }

  /** All that was handed over, of which nothing began. */
  private List<Taken> handedOver() {
    dispatcher.close();
    return dispatcher.backlog().leftovers();
  }

  private static void assertKept(Taken taken) {
    assertThat(taken.gone()).isFalse();
    assertThat(taken.delivery().redeliveries()).isZero();
  }

  @Test
  void resume_whileItIsMadeAgain_hasNothingComeThatTheCloseWouldLose() {
    renew();
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
    renew();
    takeTurn();

    assertThat(handedOver()).singleElement().satisfies(IntakeTest::assertKept);
  }

  @Test
  void pause_whileItIsMadeAgain_holdsAfterIt() {
    renew();
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
    renew();
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
    renew();
    assertThatThrownBy(this::takeTurn).hasMessage("not now");
    publish("1");

    assertThat(intake.received()).isOne();
  }

  @Test
  void whatIsInHand_keepsItsSubscription() {
    publish("1");
    renew();
    takeTurn();
    publish("2");

    assertThat(handedOver()).hasSize(2).allSatisfy(IntakeTest::assertKept);
  }

  private void awaitFault(Class<? extends Throwable> error) {
    assertThat(recorder.await(WorkerEvent.Fault.class).error()).isInstanceOf(error);
    assertThat(recorder.all(WorkerEvent.Fault.class)).hasSize(1);
  }

  @Test
  void pauseThatIsNeverAnswered_isWaitedForNoLongerThanARound_andSaid() {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    pausing = () -> answer;
    renew();
    assertThat(turns).isEmpty();
    later.remove(0).run();
    publish("1");

    assertThat(handedOver()).singleElement().satisfies(IntakeTest::assertKept);
    awaitFault(TimeoutException.class);
    answer.complete(null);
    takeTurn();
    assertThat(broker.inspect("q", 0).join().consumers()).hasValue(1);
    renew();
    assertThat(later).as("that of the next").hasSize(1);
  }

  @Test
  void whatComes_betweenTheLookAndTheCloseOfOneThatDidNotPause_isLeftToComeBack() {
    pausing = CompletableFuture::new;
    atTheClose = () -> publish("1");
    renew();
    later.remove(0).run();

    assertThat(handedOver())
        .singleElement()
        .satisfies(taken -> assertThat(taken.delivery().redeliveries()).isOne());
  }

  @Test
  void pauseThatThrows_endsNothing_andIsSaid() {
    pausing = () -> {
      throw new IllegalStateException("not now");
    };
    renew();
    takeTurn();
    publish("1");

    assertThat(handedOver()).singleElement().satisfies(IntakeTest::assertKept);
    awaitFault(IllegalStateException.class);
    later.remove(0).run();
    assertThat(broker.inspect("q", 0).join().consumers()).hasValue(1);
  }

  @Test
  void subscriptionThatFails_isTriedAgainByTheNextLook_andSaid() {
    renew();
    failing = true;
    takeTurn();
    awaitFault(IllegalStateException.class);
    publish("1");
    assertThat(intake.received()).isZero();

    failing = false;
    Rounds rounds = new Rounds(Duration.ofSeconds(1), "test", time, lifecycle);
    new Look(intake, broker, herald, rounds).take();
    assertThat(handedOver()).singleElement().satisfies(IntakeTest::assertKept);
  }
}
