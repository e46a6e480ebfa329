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
  private final IntervalFunction pauses =
      IntervalFunction.ofExponentialBackoff(FIRST_PAUSE, 2.0, LONGEST_PAUSE);
  private final Set<Settlement> open = ConcurrentHashMap.newKeySet();

  Settling(Letters letters, Scheduler scheduler, Herald herald) {
    this.letters = letters;
    this.scheduler = scheduler;
    this.herald = herald;
  }

  void settle(Bound bound, Disposition disposition) {
    Delivery delivery = bound.delivery();
    // A failure's time is this, however often its settling is tried.
    long decidedAt = letters.now();
    if (disposition instanceof Disposition.Again again) {
      begin(bound.job(), delivery, () -> delivery.replace(letters.again(bound, again, decidedAt)));
    } else if (disposition instanceof Disposition.Waits waits) {
      begin(bound.job(), delivery, () -> delivery.replace(letters.waits(bound, waits, decidedAt)));
    } else if (disposition instanceof Disposition.Returned back) {
      begin(bound.job(), delivery, () -> delivery.replace(letters.returned(bound, back)));
    } else if (disposition instanceof Disposition.Aside aside) {
      begin(bound.job(), delivery, () -> delivery.replace(letters.aside(bound, aside)));
    } else if (disposition instanceof Disposition.Dead dead) {
      begin(bound.job(), delivery, () -> delivery.replace(letters.dead(bound, dead, decidedAt)));
    } else {
      begin(bound.job(), delivery, delivery::ack);
    }
  }

  /** Gives back what has not begun. */
  void giveBack(Job job, Delivery delivery) {
    begin(job, delivery, delivery::release);
  }

  /** Moves what we cannot work on, by a fault of ours, to the dead letters as it is. */
  void reject(Job job, Delivery delivery) {
    begin(job, delivery, delivery::reject);
  }

  private void begin(Job job, Delivery delivery, Supplier<CompletableFuture<Void>> verb) {
    Settlement settlement = new Settlement(this, job, delivery, verb);
    open.add(settlement);
    settlement.start();
  }

  /** Done when all that is now open is answered. Never fails. */
  CompletableFuture<Void> answered() {
    return answered(settlement -> true);
  }

  /** The same for the job of this id alone. */
  CompletableFuture<Void> answered(String id) {
    return answered(settlement -> settlement.job().id().equals(id));
  }

  private CompletableFuture<Void> answered(Predicate<Settlement> wanted) {
    return CompletableFuture.allOf(
        open.stream().filter(wanted).map(Settlement::done).toArray(CompletableFuture<?>[]::new));
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

  Herald herald() {
    return herald;
  }
}
