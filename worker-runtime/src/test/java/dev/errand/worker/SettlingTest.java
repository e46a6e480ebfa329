package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.TopologyException;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import dev.errand.worker.decide.Counters;
import dev.errand.worker.decide.Disposition;
import dev.errand.worker.decide.Failure;
import dev.errand.worker.decide.Outcome;
import dev.errand.worker.decide.Whence;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettlingTest {
  private static final Job JOB = new Job("1", "greet", "q", 1);

  private final ManualTime time = ManualTime.create();
  private final Broker broker = Broker.open("memory:", time);
  private final Scheduler scheduler = time.scheduler("test");
  private final Recorder recorder = new Recorder();
  private final Events events = new Events("test", recorder);
  private final Herald herald = new Herald(events, time);
  private final Lifecycle lifecycle = new Lifecycle(time, Duration.ZERO);
  private final Places places = new Places(Map.of(), withMoods(), herald, lifecycle);
  private final Settling settling =
      new Settling(new Letters(broker, "test"), scheduler, time, herald, places);
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private boolean declares = true;
  private Subscription subscription;

  @BeforeEach
  void consume() {
    herald.start();
    broker.declare(Queue.named("q")).join();
    subscription = broker.subscribe("q", 10, deliveries::add);
  }

  @AfterEach
  void close() {
    herald.end();
    scheduler.close();
    broker.close();
  }

  private Taken taken(Delivery delivery, String queue) {
    return new Taken(new Arrivals(queue, Whence.QUEUE, reception()), delivery, 0, Whence.QUEUE, 0);
  }

  private Reception reception() {
    Holding holding = new Holding(broker, 1, 1, List.of(), herald, new Ticker(scheduler));
    return new Reception(
        new Dispatcher("test", 1, Threads.PLATFORM, time, (taken, thread) -> {}),
        holding,
        settling,
        new Suspect(),
        new StillRunning());
  }

  private Delivery delivered(String id) throws InterruptedException {
    Message message = Message.of(id, new byte[] {7}).type("greet").build();
    broker.publish(Publication.of(message, Route.queue("q"))).join();
    Delivery delivery = deliveries.poll(20, TimeUnit.SECONDS);
    assertThat(delivery).isNotNull();
    return delivery;
  }

  private Bound taken() throws InterruptedException {
    return taken(JOB);
  }

  private Bound taken(Job job) throws InterruptedException {
    return new Bound(
        taken(delivered(job.id()), "q"),
        job,
        Counters.FIRST,
        RetryPolicy.never(),
        false,
        context -> new Outcome.Done(),
        Optional.empty());
  }

  private static Disposition dead() {
    return new Disposition.Dead(Counters.FIRST, new Failure("broken", null));
  }

  @Test
  void deadLetter_withoutAPlace_isTriedAgainUntilThereIsOne() throws Exception {
    long failedAt = time.millis();
    settling.settle(taken(), dead());

    assertThat(recorder.await(WorkerEvent.SettleFailed.class).retryIn())
        .isEqualTo(Duration.ofMillis(100));
    assertThat(settling.unanswered()).containsExactly(JOB);
    time.advance(Duration.ofMillis(100));
    assertThat(recorder.await(WorkerEvent.SettleFailed.class, 2).retryIn())
        .isEqualTo(Duration.ofMillis(200));
    assertThat(broker.inspect("q", 0).join().unsettled()).hasValue(1);

    broker.declare(Queue.named("q.dead")).join();
    time.advance(Duration.ofMillis(200));
    settling.answered().join();

    assertThat(settling.unanswered()).isEmpty();
    assertThat(broker.inspect("q.dead", 1).join().head()).singleElement().satisfies(letter -> {
      assertThat(letter.id()).isEqualTo("1");
      assertThat(letter.headers())
          .containsEntry(WireFormat.FAILURE_FIRST_AT, failedAt)
          .containsEntry(WireFormat.FAILURE_LAST_AT, failedAt);
    });
    assertThat(broker.inspect("q", 0).join().unsettled()).hasValue(0);
  }

  @Test
  void declarationThatFailsAtTheCall_keepsNoLetterFromItsPlace() throws Exception {
    declares = false;
    settling.settle(taken(), dead());
    recorder.await(WorkerEvent.SettleFailed.class);
    recorder.await(WorkerEvent.DeclarationFailed.class);

    declares = true;
    broker.declare(Queue.named("q.dead")).join();
    time.advance(Duration.ofMillis(100));

    assertThat(settling.unanswered()).isEmpty();
  }

  private Broker withMoods() {
    return (Broker) Proxy.newProxyInstance(
        Broker.class.getClassLoader(), new Class<?>[] {Broker.class}, (self, method, args) -> {
          if (method.getName().equals("declare") && !declares) {
            throw new IllegalStateException("not now");
          }
          return method.invoke(broker, args);
        });
  }

  @Test
  void settling_ofADeliveryThatIsGone_ends() throws Exception {
    Bound bound = taken();
    subscription.close();

    settling.settle(bound, new Disposition.Ack());

    recorder.await(WorkerEvent.SettleGone.class);
    assertThat(settling.unanswered()).isEmpty();
  }

  @Test
  void settling_ofWhatIsSettled_ends_andIsNoLoss() throws Exception {
    Bound bound = taken();
    bound.delivery().ack().join();

    settling.settle(bound, new Disposition.Ack());

    assertThat(settling.unanswered()).isEmpty();
    CountDownLatch told = new CountDownLatch(1);
    herald.run(told::countDown);
    told.await();
    assertThat(recorder.all(WorkerEvent.SettleGone.class)).isEmpty();
  }

  @Test
  void copy_waitsForItsOriginalInItsOwnQueue_andWithoutAnIdForNone() throws Exception {
    settling.settle(taken(), dead());
    settling.settle(taken(new Job("", "greet", "q", 1)), dead());

    assertThat(reception().left(taken(delivered("1"), "q"))).isNotDone();
    assertThat(reception().left(taken(delivered("1"), "other"))).isDone();
    assertThat(reception().left(taken(delivered(""), "q"))).isDone();
  }

  @Test
  void refusedOne_whoseConnectionIsLost_isNoneThatWaits_andHoldsNoCopyAside() throws Exception {
    Bound bound = taken();
    settling.settle(bound, dead());
    assertThat(settling.waiting("q")).hasSize(1);
    Taken copy = taken(delivered("1"), "q");
    assertThat(reception().left(copy)).isNotDone();

    bound.taken().from().lost();

    assertThat(settling.waiting("q")).isEmpty();
    assertThat(reception().left(copy)).isDone();
  }

  /** How often it was refused by now. */
  private int refusals() throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    herald.run(told::countDown);
    told.await();
    return recorder.all(WorkerEvent.SettleFailed.class).size();
  }

  @Test
  void hurry_triesAtOnceWhatWaits_andSoonAgain() throws Exception {
    settling.settle(taken(), dead());
    time.advance(Duration.ofMinutes(5));
    int before = refusals();

    settling.hurry();
    assertThat(refusals()).isEqualTo(before + 1);
    time.advance(Duration.ofSeconds(1));
    assertThat(refusals()).isEqualTo(before + 2);

    broker.declare(Queue.named("q.dead")).join();
    settling.hurry();
    assertThat(settling.unanswered()).isEmpty();
    assertThat(settling.refusedAndGivenBack()).isEmpty();
  }

  @Test
  void lastChance_givesBackWhatIsRefused() throws Exception {
    settling.settle(taken(), dead());

    settling.giveBackRefused();

    assertThat(settling.unanswered()).isEmpty();
    assertThat(settling.refusedAndGivenBack()).containsExactly(JOB);
    // It is delivered again at once, as what was never lost.
    assertThat(deliveries.take().redeliveries()).isZero();
  }

  @Test
  void lastChance_leavesWhatMustNotRunTwice() throws Exception {
    Bound once = taken();
    settling.settle(
        new Bound(
            once.taken(), JOB, once.counters(), once.policy(), true, once.work(), once.timeout()),
        dead());

    settling.giveBackRefused();
    time.advance(Duration.ofMinutes(1));

    assertThat(settling.unanswered()).containsExactly(JOB);
    assertThat(settling.refusedAndGivenBack()).isEmpty();
  }

  /** One whose verb finds no memory the first time, when it has done what it is to do or before. */
  private Bound withoutMemory(Bound bound, String verb, Consumer<Object[]> before) {
    AtomicBoolean thrown = new AtomicBoolean();
    Delivery delivery = Wrongly.instead(Delivery.class, bound.delivery(), verb, args -> {
      if (thrown.getAndSet(true)) {
        return null;
      }
      before.accept(args);
      throw new OutOfMemoryError("Java heap space");
    });
    return new Bound(
        taken(delivery, "q"),
        JOB,
        bound.counters(),
        bound.policy(),
        bound.atMostOnce(),
        bound.work(),
        bound.timeout());
  }

  @Test
  void verbThatFindsNoMemory_isTriedAgain_andNoOtherInItsPlace() throws Exception {
    broker.declare(Queue.named("q.dead")).join();
    settling.settle(withoutMemory(taken(), "ack", args -> {}), new Disposition.Ack());
    recorder.await(WorkerEvent.SettleFailed.class);
    time.advance(Duration.ofMillis(100));

    assertThat(settling.unanswered()).isEmpty();
    assertThat(broker.inspect("q", 0).join().unsettled()).hasValue(0);
    assertThat(recorder.all(WorkerEvent.SettleFailed.class)).hasSize(1);
  }

  @Test
  void copyAfterAVerbThatThrew_saysThatItsJobCameBack_asOneMayBeThere() throws Exception {
    Bound bound = withoutMemory(
        taken(), "replace", args -> broker.publish((Publication) args[0]).join());
    settling.settle(bound, new Disposition.Waits(Duration.ZERO, Duration.ZERO, "not known"));
    time.advance(Duration.ofMillis(100));

    assertThat(settling.unanswered()).isEmpty();
    assertThat(List.of(deliveries.take(), deliveries.take()))
        .extracting(delivery -> WireFormat.count(delivery.message(), WireFormat.RETURNS, 0))
        .containsExactly(0, 1);
  }

  /** Longer than milliseconds can say. */
  private static Disposition unwritable() {
    return new Disposition.Waits(
        Duration.ofSeconds(1), Duration.ofSeconds(Long.MAX_VALUE), "not known");
  }

  @Test
  void copyThatCannotBeWritten_leavesItsDeliveryToBeRejected_andTheOverflowThatLacksIsMissed()
      throws Exception {
    declares = false;
    settling.settle(taken(), unwritable());
    assertThat(recorder.await(WorkerEvent.SettleFailed.class).error())
        .isInstanceOf(ArithmeticException.class);

    time.advance(Duration.ofMillis(100));
    assertThat(recorder.await(WorkerEvent.SettleFailed.class, 2).error())
        .isInstanceOf(TopologyException.class);
    recorder.await(WorkerEvent.DeclarationFailed.class);

    settling.giveBackRefused();
    assertThat(settling.refusedAndGivenBack()).containsExactly(JOB);
  }

  /** One whose first copy is made, and not answered. */
  @SuppressWarnings("FutureReturnValueIgnored") // Who calls the verb has it.
  private Bound unanswered(Bound bound, String verb) {
    AtomicBoolean answers = new AtomicBoolean();
    Delivery real = bound.delivery();
    Delivery silent = Wrongly.instead(Delivery.class, real, verb, args -> {
      if (answers.getAndSet(true)) {
        return null;
      }
      Publication copy = args.length == 0
          ? Publication.of(real.message(), Route.queue("q"))
          : (Publication) args[0];
      broker.publish(copy).join();
      return CompletableFuture.failedFuture(
          PublishException.unanswered(copy, Duration.ofSeconds(10)));
    });
    return new Bound(
        taken(silent, "q"),
        JOB,
        bound.counters(),
        bound.policy(),
        bound.atMostOnce(),
        bound.work(),
        bound.timeout());
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "release"})
  void copyAfterOneOfUnknownOutcome_saysThatItsJobCameBack(String verb) throws Exception {
    Bound bound = unanswered(taken(), verb);
    if (verb.equals("replace")) {
      settling.settle(bound, new Disposition.Waits(Duration.ZERO, Duration.ZERO, "not known"));
    } else {
      settling.giveBack(JOB, bound.taken());
    }
    time.advance(Duration.ofMillis(100));

    assertThat(settling.unanswered()).isEmpty();
    List<Delivery> copies = List.of(deliveries.take(), deliveries.take());
    assertThat(copies)
        .extracting(delivery -> WireFormat.count(delivery.message(), WireFormat.RETURNS, 0))
        .containsExactly(0, 1);
    assertThat(copies)
        .as("its format may be newer than ours")
        .allSatisfy(
            copy -> assertThat(copy.message().headers()).doesNotContainKey(WireFormat.ATTEMPT));
  }

  @Test
  void delayBeyondTheBrokersLongest_isCutToIt() throws Exception {
    settling.settle(taken(), new Disposition.Again(Duration.ofDays(100_000), Counters.FIRST, null));

    assertThat(settling.unanswered()).isEmpty();
    assertThat(recorder.all(WorkerEvent.SettleFailed.class)).isEmpty();
    assertThat(broker.inspect("q", 0).join().unsettled()).hasValue(0);
  }
}
