package dev.errand.worker;

import dev.errand.broker.Delivery;
import dev.errand.broker.Publication;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import dev.errand.worker.decide.Disposition;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Turns what was decided into one verb of the delivery, and knows which are not answered yet. */
final class Settling {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_IN_A_HURRY = Duration.ofSeconds(1);

  /**
   * After so long without an answer a verb waits for the broker: far longer than an answer takes.
   */
  static final Duration ANSWER_IS_LATE = Duration.ofSeconds(5);

  private final Letters letters;
  private final Scheduler scheduler;
  private final Time time;
  private final Herald herald;
  private final Places places;
  private final IntervalFunction pauses =
      IntervalFunction.ofExponentialBackoff(FIRST_PAUSE, 2.0, LONGEST_PAUSE);
  private final Set<Settlement> open = ConcurrentHashMap.newKeySet();
  private final List<Job> givenBack = new CopyOnWriteArrayList<>();
  private volatile boolean hurried;
  private volatile boolean lastChance;

  Settling(Letters letters, Scheduler scheduler, Time time, Herald herald, Places places) {
    this.letters = letters;
    this.scheduler = scheduler;
    this.time = time;
    this.herald = herald;
    this.places = places;
  }

  void settle(Bound bound, Disposition disposition) {
    Verb verb = verb(bound, disposition);
    bound.taken().progress().to(Step.SETTLING);
    begin(bound.taken(), bound.job(), verb);
  }

  private Verb verb(Bound bound, Disposition disposition) {
    // A failure's time is this, however often its settling is tried.
    long decidedAt = letters.now();
    if (disposition instanceof Disposition.Again again) {
      return copy(bound, () -> letters.again(bound, again, decidedAt));
    } else if (disposition instanceof Disposition.Waits waits) {
      return copy(bound, () -> letters.waits(bound, waits, decidedAt));
    } else if (disposition instanceof Disposition.Returned back) {
      return copy(bound, () -> letters.returned(bound, back));
    } else if (disposition instanceof Disposition.Aside aside) {
      return copy(bound, () -> letters.aside(bound, aside));
    } else if (disposition instanceof Disposition.Dead dead) {
      // What is dead runs not, so that two of it are no harm.
      Supplier<CompletableFuture<Void>> letter = () ->
          bound.delivery().replace(Letters.written(() -> letters.dead(bound, dead, decidedAt)));
      return new Verb(letter, letter, mayGoBack(bound));
    } else if (disposition instanceof Disposition.Ack) {
      return Verb.without(bound.delivery()::ack);
    }
    throw new AssertionError(disposition);
  }

  private static Verb copy(Bound bound, Supplier<Publication> copy) {
    Delivery delivery = bound.delivery();
    return new Verb(
        () -> delivery.replace(Letters.written(copy)),
        () -> delivery.replace(Letters.written(() -> Letters.onceMore(copy.get()))),
        mayGoBack(bound));
  }

  /** What came back comes back once more, at no other count; what may have run must say so. */
  private static boolean mayGoBack(Bound bound) {
    return bound.delivery().redeliveries() == 0 && !bound.atMostOnce();
  }

  /** Gives back what has not begun. */
  void giveBack(Job job, Taken taken) {
    taken.progress().to(Step.SETTLING);
    Delivery delivery = taken.delivery();
    Verb release = new Verb(
        delivery::release,
        () -> delivery.replace(Letters.written(() -> Letters.onceMore(letters.same(taken)))),
        false);
    begin(taken, job, release);
  }

  /**
   * Moves what we cannot work on, by a fault of ours, to the dead letters as it is, unless it is
   * being settled already.
   */
  void reject(Job job, Taken taken) {
    if (taken.progress().tryTo(Step.SETTLING)) {
      begin(taken, job, Verb.without(taken.delivery()::reject));
    }
  }

  private void begin(Taken taken, Job job, Verb verb) {
    Settlement settlement = new Settlement(this, taken, job, verb, time.nanoTime());
    open.add(settlement);
    settlement.start();
  }

  /** The worker stops: what waits to be tried again is tried now, and soon again from now on. */
  void hurry() {
    hurried = true;
    open.forEach(Settlement::startIfItWaits);
  }

  /** The last chance: what is refused from now on is given back, where that does no harm. */
  void giveBackRefused() {
    lastChance = true;
    open.forEach(Settlement::startIfItWaits);
  }

  boolean lastChance() {
    return lastChance;
  }

  /** Those that were given back as their verb was refused. */
  List<Job> refusedAndGivenBack() {
    return givenBack;
  }

  /** Done when all that is now open is answered. Never fails. */
  CompletableFuture<Void> answered() {
    return answered(settlement -> true);
  }

  /** The same for what was taken from this queue with this id alone, and is not gone. */
  CompletableFuture<Void> answered(String queue, String id) {
    return answered(settlement -> settlement.job().queue().equals(queue)
        && settlement.job().id().equals(id)
        && !settlement.gone());
  }

  private CompletableFuture<Void> answered(Predicate<Settlement> wanted) {
    return CompletableFuture.allOf(
        open.stream().filter(wanted).map(Settlement::done).toArray(CompletableFuture<?>[]::new));
  }

  /**
   * Those of a queue's jobs that were refused at least once, or have had no answer for long, and
   * are neither taken yet nor gone.
   */
  List<Settlement> waiting(String queue) {
    long now = time.nanoTime();
    return open.stream()
        .filter(each -> each.job().queue().equals(queue)
            && (!each.refusal().isEmpty() || now - each.since() > ANSWER_IS_LATE.toNanos())
            && !each.gone())
        .toList();
  }

  List<Job> unanswered() {
    return open.stream().map(Settlement::job).toList();
  }

  void ended(Settlement settlement) {
    open.remove(settlement);
  }

  void wentBack(Job job) {
    givenBack.add(job);
  }

  Duration pauseAfter(int tries) {
    Duration pause = Duration.ofMillis(pauses.apply(tries));
    return hurried && pause.compareTo(LONGEST_IN_A_HURRY) > 0 ? LONGEST_IN_A_HURRY : pause;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Places places() {
    return places;
  }

  Herald herald() {
    return herald;
  }
}
