package dev.errand.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.DeadLetter;
import dev.errand.DeadLetters;
import dev.errand.Discard;
import dev.errand.EnqueueOptions;
import dev.errand.GiveUp;
import dev.errand.PassReport;
import dev.errand.RetryLater;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.DurationText;
import dev.errand.time.ManualTime;
import dev.errand.worker.StopReport;
import dev.errand.worker.WorkerEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DelaysAndRetriesTest {
  /** Jitter at its least: none. */
  private static final RandomGenerator LEAST = () -> 0;

  /** Jitter at its most: just under 10 %. */
  private static final RandomGenerator MOST = () -> -1;

  record Reminder(String customer) {}

  static final Task<Reminder> REMIND = Task.of("shop.remind", Reminder.class).on("reminders");

  static final class UnknownCustomer extends Exception {
    private static final long serialVersionUID = 1L;
  }

  // @start region="policies"
  // up to 20 attempts: after 15 s, 30 s, 1 min, … at most 1 h
  static final RetryPolicy UNLESS_SAID = RetryPolicy.DEFAULT;

  // after 2 s, 4 s, 8 s, … at most 10 min; 12 attempts in all
  static final RetryPolicy GROWING = RetryPolicy.exponential(Duration.ofSeconds(2))
      .upTo(Duration.ofMinutes(10))
      .attempts(12);

  // every 30 s, 5 attempts in all; none more where another attempt is of no use
  static final RetryPolicy EVEN =
      RetryPolicy.every(Duration.ofSeconds(30)).attempts(5).givingUpOn(UnknownCustomer.class);

  // one attempt
  static final RetryPolicy ONCE = RetryPolicy.never();
  // @end

  static final class Throttled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Duration pause() {
      return Duration.ofMinutes(1);
    }
  }

  static final class LostRace extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  // @start region="by-type"
  // as GROWING, but every 5 min when throttled; and no next turn is due after six hours
  static final RetryPolicy BY_TYPE = GROWING
      .on(Throttled.class, RetryPolicy.every(Duration.ofMinutes(5)))
      .within(Duration.ofHours(6));

  // as a function has it: the attempt that failed and its error, to a wait or to the end
  static final RetryPolicy OWN =
      RetryPolicy.by((attempt, error) -> error instanceof Throttled throttled && attempt < 4
          ? Optional.of(throttled.pause())
          : Optional.empty());

  // three more calls within each attempt, 50 ms apart, before it counts as failed
  static final RetryPolicy IN_HAND = GROWING.inHand(3, Duration.ofMillis(50));
  // @end

  private final Exception any = new IllegalStateException("no luck");
  private final ManualTime time = ManualTime.create();
  private final Stage stage = new Stage(time);
  private final Broker broker = stage.broker;
  private final TaskClient tasks = stage.tasks;
  private final Signals signals = stage.signals;
  private final List<Integer> attempts = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void defaultSchedule_isTheTableOfTheGuide() throws IOException {
    String table = schedule(RetryPolicy.DEFAULT);

    System.out.println(table);

    assertThat(Files.readString(Path.of("../docs/guides/delays-and-retries.md")))
        .contains(table);
  }

  /** Attempt, wait before it, time since the first; without jitter. */
  private String schedule(RetryPolicy policy) {
    StringBuilder table = new StringBuilder("""
        | attempt | waits at least | since the first, at least |
        |---|---|---|
        | 1 | | |
        """);
    Duration sum = Duration.ZERO;
    for (int failed = 1; failed < policy.attempts(); failed++) {
      Duration delay = policy.delayAfter(failed, any, LEAST).orElseThrow();
      sum = sum.plus(delay);
      table.append(
          "| %d | %s | %s |%n".formatted(failed + 1, DurationText.of(delay), DurationText.of(sum)));
    }
    return table.toString();
  }

  @Test
  void jitter_lengthensByUpToATenth_andNeverBeyondTheLongest() {
    assertThat(GROWING.delayAfter(1, any, LEAST)).contains(Duration.ofSeconds(2));
    assertThat(GROWING.delayAfter(1, any, MOST).orElseThrow())
        .isBetween(Duration.ofMillis(2190), Duration.ofMillis(2200));
    assertThat(GROWING.delayAfter(11, any, MOST)).contains(Duration.ofMinutes(10));
    assertThat(EVEN.delayAfter(1, any, MOST)).contains(Duration.ofSeconds(30));
  }

  @Test
  void policies_endAsTheyRead() {
    assertThat(UNLESS_SAID.attempts()).isEqualTo(20);
    assertThat(GROWING.delayAfter(12, any, LEAST)).isEmpty();
    assertThat(EVEN.delayAfter(4, any, LEAST)).isPresent();
    assertThat(EVEN.delayAfter(5, any, LEAST)).isEmpty();
    assertThat(EVEN.delayAfter(1, new UnknownCustomer(), LEAST)).isEmpty();
    assertThat(EVEN.delayAfter(1, new IOException(new UnknownCustomer()), LEAST))
        .isEmpty();
    assertThat(ONCE.delayAfter(1, any, LEAST)).isEmpty();
  }

  @Test
  void policies_byTypeAndFunction_doAsTheyRead() {
    assertThat(BY_TYPE.delayAfter(3, new Throttled(), LEAST)).contains(Duration.ofMinutes(5));
    assertThat(BY_TYPE.delayAfter(1, any, LEAST)).contains(Duration.ofSeconds(2));
    assertThat(BY_TYPE.delayAfter(12, new Throttled(), LEAST)).isEmpty();
    assertThat(BY_TYPE.age()).contains(Duration.ofHours(6));
    assertThat(OWN.delayAfter(3, new Throttled(), LEAST)).contains(Duration.ofMinutes(1));
    assertThat(OWN.delayAfter(4, new Throttled(), LEAST)).isEmpty();
    assertThat(OWN.delayAfter(1, any, LEAST)).isEmpty();
  }

  @Test
  void handlerThatLostARace_isCalledAgainInHand() throws Exception {
    Task<Reminder> task = REMIND.retrying(IN_HAND);
    stage.start(task, (payload, job) -> {
      attempts.add(job.attempt());
      if (attempts.size() < 3) {
        throw new LostRace();
      }
    });

    tasks.enqueue(task, new Reminder("ann"));
    for (int call = 1; call < 3; call++) {
      signals.await(WorkerEvent.FailedInHand.class);
      Awaitility.await()
          .until(() -> time.untilNext().filter(Duration.ofMillis(50)::equals).isPresent());
      time.advance(Duration.ofMillis(50));
    }

    signals.await(WorkerEvent.Succeeded.class);
    assertThat(attempts).containsExactly(1, 1, 1);
  }

  /** The application's own, as the sample knows it. */
  private static final class Customers {
    boolean isGone(String customer) {
      return customer.equals("bob");
    }

    boolean wantsNone(String customer) {
      return customer.equals("cid");
    }

    boolean sleeps(String customer) {
      return customer.equals("dan");
    }
  }

  @Test
  void handler_decidesItself_byAVerdict() throws Exception {
    Customers customers = new Customers();
    // @start region="verdicts"
    TaskHandler<Reminder> handler = (reminder, job) -> {
      String customer = reminder.customer();
      if (customers.isGone(customer)) {
        throw new GiveUp("no such customer"); // dead at once, with this reason
      } else if (customers.wantsNone(customer)) {
        throw new Discard("unsubscribed"); // acknowledged, and told
      } else if (customers.sleeps(customer)) {
        throw new RetryLater(Duration.ofHours(8), "night there"); // costs no attempt
      }
      attempts.add(job.attempt());
    };
    // @end
    stage.start(REMIND, handler);

    tasks.enqueue(REMIND, new Reminder("bob"));
    assertThat(signals.await(WorkerEvent.DeadLettered.class).reason())
        .isEqualTo("no such customer");
    tasks.enqueue(REMIND, new Reminder("cid"));
    assertThat(signals.await(WorkerEvent.Discarded.class).reason()).isEqualTo("unsubscribed");
    tasks.enqueue(REMIND, new Reminder("dan"));
    assertThat(signals.await(WorkerEvent.Deferred.class).delay()).isEqualTo(Duration.ofHours(8));
    assertThat(attempts).isEmpty();
  }

  @Test
  void jobThatHasExpired_isNotRun() throws Exception {
    Reminder reminder = new Reminder("ann");
    Instant departure = time.instant().plus(Duration.ofHours(3));
    // @start region="expiry"
    tasks.enqueue(REMIND, reminder, EnqueueOptions.withExpiry(Duration.ofMinutes(10)));
    tasks.enqueue(REMIND, reminder, EnqueueOptions.in(Duration.ofHours(1)).expiry(departure));
    // @end
    time.advance(Duration.ofMinutes(10));
    stage.start(REMIND, (payload, job) -> attempts.add(job.attempt()));

    signals.await(WorkerEvent.Expired.class);
    time.advance(Duration.ofMinutes(50));
    signals.await(WorkerEvent.Succeeded.class);
    assertThat(attempts).containsExactly(1);
  }

  @Test
  void deadLetterThatHasExpired_isRedrivenAllTheSame_unlessTheFilterLeavesIt() throws Exception {
    deadLetter("r-1", EnqueueOptions.withExpiry(Duration.ofMinutes(10)));
    deadLetter("r-2", EnqueueOptions.NONE);
    time.advance(Duration.ofMinutes(10));
    DeadLetters letters = DeadLetters.of(broker, "reminders").every(Duration.ZERO);
    Instant now = time.instant();

    // @start region="redrive-unexpired"
    PassReport wanted = letters.redrive(
        letter -> letter.expiresAt() == null || letter.expiresAt().isAfter(now));
    // @end

    assertThat(wanted.taken()).isEqualTo(1);
    assertThat(letters.redrive(letter -> true).taken()).isEqualTo(1);
    stage.start(REMIND, (payload, job) -> attempts.add(job.attempt()));
    signals.await(WorkerEvent.Succeeded.class);
    signals.await(WorkerEvent.Succeeded.class);
    assertThat(attempts).containsExactly(1, 1);
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // The sample's; what arrives shows that it is taken.
  @Test
  void delayedJobs_runWhenDue_andNotBefore() throws Exception {
    Reminder reminder = new Reminder("ann");
    LocalDate day = LocalDate.parse("2030-01-02");
    ZoneId zone = ZoneId.of("Europe/Berlin");
    // @start region="delayed"
    tasks.enqueue(REMIND, reminder, EnqueueOptions.in(Duration.ofHours(1)));
    tasks.enqueue(
        REMIND,
        reminder,
        EnqueueOptions.at(day.atTime(LocalTime.of(9, 0)).atZone(zone).toInstant()));
    tasks.enqueue(
        REMIND,
        reminder,
        EnqueueOptions.in(Duration.ofDays(1))
            .id("remind-7")
            .header("tenant", "acme")
            .correlationId("order-7"));
    // @end
    stage.start(REMIND, (payload, job) -> attempts.add(job.attempt()));
    signals.await(WorkerEvent.Consuming.class);

    // It is noon UTC on the day before.
    time.advance(Duration.ofHours(1).minusMillis(1));
    assertThat(attempts).isEmpty();
    time.advance(Duration.ofMillis(1));
    signals.await(WorkerEvent.Succeeded.class);
    time.advance(Duration.ofHours(19));
    signals.await(WorkerEvent.Succeeded.class);
    assertThat(attempts).hasSize(2);
    time.advance(Duration.ofHours(4));
    assertThat(signals.await(WorkerEvent.Succeeded.class).job().id()).isEqualTo("remind-7");
  }

  @Test
  void delay_inThePast_isNow_andBeyondTheLongest_isRefused() throws Exception {
    Reminder reminder = new Reminder("ann");
    stage.start(REMIND, (payload, job) -> attempts.add(job.attempt()));

    tasks.enqueue(REMIND, reminder, EnqueueOptions.at(time.instant().minusSeconds(1)));

    signals.await(WorkerEvent.Succeeded.class);
    Duration longest = broker.capabilities().maxDelay();
    assertThatThrownBy(
            () -> tasks.enqueue(REMIND, reminder, EnqueueOptions.in(longest.plusMillis(1))))
        .isInstanceOfSatisfying(
            PublishException.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(PublishException.Reason.BEYOND_LIMIT));
  }

  @Test
  void failedJob_isRetriedByItsPolicy_andThenDead() throws Exception {
    Task<Reminder> task = REMIND.retrying(EVEN);
    stage.start(task, (payload, job) -> {
      attempts.add(job.attempt());
      throw any;
    });

    tasks.enqueue(task, new Reminder("ann"));
    for (int failed = 1; failed < 5; failed++) {
      assertThat(signals.await(WorkerEvent.Retrying.class).delay())
          .isEqualTo(Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(30));
    }

    assertThat(signals.await(WorkerEvent.DeadLettered.class).reason())
        .isEqualTo("attempt 5 of 5 failed: java.lang.IllegalStateException: no luck");
    assertThat(attempts).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void stop_interruptsAJob_andCostsNoAttempt() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    stage.start(REMIND, (payload, job) -> {
      running.countDown();
      try {
        new CountDownLatch(1).await();
      } finally {
        interrupted.countDown();
      }
    });
    tasks.enqueue(REMIND, new Reminder("ann"), EnqueueOptions.withId("r-1"));
    running.await();
    CompletableFuture<StopReport> stop = CompletableFuture.supplyAsync(stage::stop);
    signals.await(WorkerEvent.Stopping.class);
    // Slowly, so that who is interrupted has the time to end before the next wait is over.
    while (!interrupted.await(50, TimeUnit.MILLISECONDS)) {
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(stop.join().interrupted()).hasSize(1);

    stage.start(REMIND, (payload, job) -> {
      attempts.add(job.attempt());
      assertThat(job.headers()).containsEntry("errand-interruptions", 1);
    });

    signals.await(WorkerEvent.Succeeded.class);
    assertThat(attempts).containsExactly(1);
  }

  @Test
  void deadLetters_areListedWithTheirReasons() throws Exception {
    deadLetter("r-1");

    // @start region="dead-letters"
    DeadLetters letters = DeadLetters.of(broker, "reminders");
    for (DeadLetter letter : letters.list(100)) {
      System.out.println(letter);
    }
    // @end

    assertThat(letters.list(100))
        .singleElement()
        .hasToString("shop.remind r-1 of 'reminders', attempt 5, 2030-01-01T12:00:00Z:"
            + " attempt 5 of 5 failed: java.lang.IllegalStateException: no luck");
  }

  @Test
  void deadLetters_areRedrivenByAFilter_oneFirst() throws Exception {
    deadLetter("r-1");
    deadLetter("r-2");
    deadLetter("r-3");
    DeadLetters letters = DeadLetters.of(broker, "reminders").every(Duration.ZERO);

    // @start region="redrive"
    Predicate<DeadLetter> unlucky = letter -> letter.errorMessage().equals("no luck");
    PassReport one = letters.atMost(1).redrive(unlucky); // and look what becomes of it
    PassReport rest = letters.redrive(unlucky);
    if (!rest.complete()) {
      System.out.println(rest);
    }
    // @end

    assertThat(one.taken()).isEqualTo(1);
    assertThat(rest.taken()).isEqualTo(2);
    stage.start(REMIND, (payload, job) -> attempts.add(job.attempt()));
    for (int i = 0; i < 3; i++) {
      signals.await(WorkerEvent.Succeeded.class);
    }
    assertThat(attempts).containsExactly(1, 1, 1);
  }

  @Test
  void deadLetters_areDiscarded() throws Exception {
    deadLetter("r-1");
    DeadLetters letters = DeadLetters.of(broker, "reminders");

    // @start region="discard"
    letters.discard(letter -> letter.id().equals("r-1"));
    // @end

    assertThat(letters.count()).isZero();
  }

  @Test
  void deadLetter_movedBackAsItIs_hasItsLastAttemptOnceMore() throws Exception {
    deadLetter("r-1");
    List<Delivery> taken = new CopyOnWriteArrayList<>();
    try (Subscription letters = broker.subscribe("reminders.dead", 1, new Receiver() {
      @Override
      public void receive(Delivery delivery) {
        taken.add(delivery);
      }

      @Override
      public void stateChanged(Subscription.State state, String reason) {
        // The in-memory broker consumes at once.
      }
    })) {
      assertThat(letters.state()).isEqualTo(Subscription.State.CONSUMING);
      Delivery letter = taken.get(0);
      letter.replace(Publication.of(letter.message(), Route.queue("reminders"))).join();
    }

    stage.start(REMIND.retrying(EVEN), (payload, job) -> {
      attempts.add(job.attempt());
      throw any;
    });

    assertThat(signals.await(WorkerEvent.DeadLettered.class).job().attempt()).isEqualTo(5);
    assertThat(attempts).containsExactly(5);
  }

  /** Leaves one in the queue's dead letters, after five attempts. */
  private void deadLetter(String id) throws InterruptedException {
    deadLetter(id, EnqueueOptions.NONE);
  }

  private void deadLetter(String id, EnqueueOptions options) throws InterruptedException {
    Task<Reminder> task = REMIND.retrying(EVEN.upTo(Duration.ZERO));
    stage.start(task, (payload, job) -> {
      throw any;
    });
    tasks.enqueue(task, new Reminder("ann"), options.id(id));
    signals.await(WorkerEvent.DeadLettered.class);
    assertThat(stage.stop().orderly()).isTrue();
  }
}
