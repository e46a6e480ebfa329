package dev.errand.worker;

import dev.errand.broker.Delivery;
import dev.errand.time.Scheduler;
import dev.errand.worker.decide.Disposition;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Turns what was decided into one verb of the delivery, and knows which are not answered yet. */
final class Settling {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Letters letters;
  private final Scheduler scheduler;
  private final Herald herald;
  private final Places places;
  private final IntervalFunction pauses =
      IntervalFunction.ofExponentialBackoff(FIRST_PAUSE, 2.0, LONGEST_PAUSE);
  private final Set<Settlement> open = ConcurrentHashMap.newKeySet();

  Settling(Letters letters, Scheduler scheduler, Herald herald, Places places) {
    this.letters = letters;
    this.scheduler = scheduler;
    this.herald = herald;
    this.places = places;
  }

  void settle(Bound bound, Disposition disposition) {
    Supplier<CompletableFuture<Void>> verb = verb(bound, disposition);
    bound.taken().progress().to(Step.SETTLING);
    begin(bound.taken(), bound.job(), verb);
  }

  private Supplier<CompletableFuture<Void>> verb(Bound bound, Disposition disposition) {
    Delivery delivery = bound.delivery();
    // A failure's time is this, however often its settling is tried.
    long decidedAt = letters.now();
    if (disposition instanceof Disposition.Again again) {
      return () -> delivery.replace(letters.again(bound, again, decidedAt));
    } else if (disposition instanceof Disposition.Waits waits) {
      return () -> delivery.replace(letters.waits(bound, waits, decidedAt));
    } else if (disposition instanceof Disposition.Returned back) {
      return () -> delivery.replace(letters.returned(bound, back));
    } else if (disposition instanceof Disposition.Aside aside) {
      return () -> delivery.replace(letters.aside(bound, aside));
    } else if (disposition instanceof Disposition.Dead dead) {
      return () -> delivery.replace(letters.dead(bound, dead, decidedAt));
    }
    return delivery::ack;
  }

  /** Gives back what has not begun. */
  void giveBack(Job job, Taken taken) {
    taken.progress().to(Step.SETTLING);
    begin(taken, job, taken.delivery()::release);
  }

  /**
   * Moves what we cannot work on, by a fault of ours, to the dead letters as it is, unless it is
   * being settled already.
   */
  void reject(Job job, Taken taken) {
    if (taken.progress().tryTo(Step.SETTLING)) {
      begin(taken, job, taken.delivery()::reject);
    }
  }

  private void begin(Taken taken, Job job, Supplier<CompletableFuture<Void>> verb) {
    Settlement settlement = new Settlement(this, taken, job, verb);
    open.add(settlement);
    settlement.start();
  }

  /** Done when all that is now open is answered. Never fails. */
  CompletableFuture<Void> answered() {
    return answered(settlement -> true);
  }

  /** The same for what was taken from this queue with this id alone. */
  CompletableFuture<Void> answered(String queue, String id) {
    return answered(settlement ->
        settlement.job().queue().equals(queue) && settlement.job().id().equals(id));
  }

  private CompletableFuture<Void> answered(Predicate<Settlement> wanted) {
    return CompletableFuture.allOf(
        open.stream().filter(wanted).map(Settlement::done).toArray(CompletableFuture<?>[]::new));
  }

  /** Those of a queue's jobs that were refused at least once, and are not taken yet. */
  List<Settlement> refused(String queue) {
    return open.stream()
        .filter(each -> each.job().queue().equals(queue) && !each.refusal().isEmpty())
        .toList();
  }

  List<Job> unanswered() {
    return open.stream().map(Settlement::job).toList();
  }

  void ended(Settlement settlement) {
    open.remove(settlement);
  }

  Duration pauseAfter(int tries) {
    return Duration.ofMillis(pauses.apply(tries));
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
