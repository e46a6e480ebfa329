package dev.errand;

import static dev.errand.broker.PublishException.Reason.BEYOND_LIMIT;

import dev.errand.broker.BrokerException;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import dev.errand.broker.UnavailableException;
import dev.errand.retry.Causes;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One look at each dead letter that lies in a queue when it begins. Runs once. */
final class Pass {
  /*
   * The caller's thread does it all, one letter at a time; the broker's threads and the scheduler only put into `arrived`, a letter or, as
   * an empty one, word that some time has passed. One verb is out at a time, so whatever ends the pass knows what became of each letter.
   *
   * How it ends. `present` letters lie there at the start. What is passed over goes to the end, behind them, so it is over when it has looked
   * at so many. Three things are in the way. Where letters have priorities, one that it passed over may come again before others do: it is
   * known by its id, not counted, and ends the pass when a whole round brought nothing else. Others may take letters meanwhile: when
   * none comes, the queue is counted, and empty is the end. And a connection may be lost: what was in hand then comes again, so a
   * letter counts only when its verb was answered.
   *
   * A letter that is neither taken nor passed over stays unsettled until the subscription closes, and is then where it was: on some servers
   * only a while later, which is waited for, so that the next pass counts it.
   */
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final int MOST_QUIET = 5;

  private final DeadLetters letters;
  private final Duration between;
  private final long most;
  private final Predicate<? super DeadLetter> chosen;
  private final Verb verb;
  private final Time time;
  private final BlockingQueue<Optional<Delivery>> arrived = new LinkedBlockingQueue<>();
  private final Set<String> passedOver = new HashSet<>();
  private final List<PublishException> refused = new ArrayList<>();
  private long taken;
  private long left;

  /** How many somebody else took or holds. */
  private long missing;

  /** Whether order is no longer that of arrival alone. */
  private boolean priorities;

  /** How many in a row were passed over before. */
  private long known;

  /** How often in a row none came for a while. */
  private int quiet;

  private boolean ticking;
  private long nextAt;
  private boolean over;
  private @Nullable String cutShort;
  private volatile String state = "";

  /** What is done to a letter that is chosen. */
  interface Verb {
    CompletableFuture<Void> settle(Delivery delivery, DeadLetter letter);
  }

  Pass(
      DeadLetters letters,
      Duration between,
      long most,
      Predicate<? super DeadLetter> chosen,
      Verb verb) {
    this.letters = letters;
    this.between = between;
    this.most = most;
    this.chosen = chosen;
    this.verb = verb;
    this.time = letters.broker().time();
    this.nextAt = time.nanoTime();
  }

  PassReport run() {
    long present = letters.count();
    if (present > 0) {
      try {
        lookAt(present);
      } catch (InterruptedException interrupted) {
        // By now all is closed, which an interrupt would have cut short.
        Thread.currentThread().interrupt();
        cut("The thread was interrupted. Call it again for the rest.");
      } catch (BrokerException lost) {
        cut(lost.getMessage());
      }
    }
    return new PassReport(letters.queue(), taken, left, refused, cutShort);
  }

  private void lookAt(long present) throws InterruptedException {
    try (Scheduler scheduler = time.scheduler("errand-dead-letters")) {
      Subscription subscription =
          letters.broker().subscribe(letters.place(), DeadLetters.IN_HAND, new Arrivals());
      try (subscription) {
        lookAt(present, scheduler);
      }
    }
    letters.awaitReady(present - taken - missing);
  }

  private void lookAt(long present, Scheduler scheduler) throws InterruptedException {
    while (!over && taken < most && taken + left + refused.size() < present) {
      Optional<Delivery> next = next(scheduler);
      if (next.isPresent()) {
        quiet = 0;
        lookAt(next.get(), scheduler);
      } else {
        ticking = false;
        noneCame(present);
      }
    }
  }

  private Optional<Delivery> next(Scheduler scheduler) throws InterruptedException {
    if (arrived.isEmpty() && !ticking) {
      ticking = true;
      scheduler.after(QUIET, () -> arrived.add(Optional.empty()));
    }
    return arrived.take();
  }

  private void lookAt(Delivery delivery, Scheduler scheduler) throws InterruptedException {
    DeadLetter letter = new DeadLetter(letters.queue(), delivery.message());
    if (chosen.test(letter)) {
      awaitTurn(scheduler);
      take(delivery, letter);
    } else {
      passOver(delivery, letter);
    }
  }

  private void awaitTurn(Scheduler scheduler) throws InterruptedException {
    long nanos = nextAt - time.nanoTime();
    if (nanos > 0) {
      CountDownLatch turn = new CountDownLatch(1);
      scheduler.after(Duration.ofNanos(nanos), turn::countDown);
      turn.await();
    }
    nextAt = time.nanoTime() + between.toNanos();
  }

  private void take(Delivery delivery, DeadLetter letter) {
    Throwable failure = failureOf(verb.settle(delivery, letter));
    if (failure == null) {
      taken++;
      known = 0;
    } else {
      failed(failure);
    }
  }

  private void passOver(Delivery delivery, DeadLetter letter) {
    Message kept = letter.passedOver();
    priorities |= letter.message().priority() > 0;
    // Not by a release, after which it may be the next again.
    Throwable failure =
        failureOf(delivery.replace(Publication.of(kept, Route.queue(letters.place()))));
    if (failure != null) {
      failed(failure);
    } else if (passedOver.add(letter.id()) || letter.id().isEmpty() || !priorities) {
      left++;
      known = 0;
    } else if (++known > passedOver.size()) {
      over = true;
    }
  }

  /** Waits for a verb's answer, which a broker gives within its publish time-out. */
  private static @Nullable Throwable failureOf(CompletableFuture<Void> answer) {
    try {
      answer.join();
      return null;
    } catch (CompletionException failed) {
      return Causes.unwrapped(failed);
    }
  }

  private void failed(Throwable failure) {
    if (failure instanceof SettleException || failure instanceof UnavailableException) {
      // The connection it came on is lost, and it comes again.
      return;
    }
    if (failure instanceof PublishException refusal) {
      refused.add(refusal);
      if (refusal.reason() != BEYOND_LIMIT) {
        cut("What the broker refused once, it would refuse again. See below, mend that, and call it"
            + " again for the rest.");
      } else if (refused.size() == DeadLetters.IN_HAND) {
        cut("As many as may be in hand cannot be copied, so no other comes. Discard these.");
      }
    } else {
      cut("The broker failed in a way it does not state (" + failure + ").");
    }
  }

  private void noneCame(long present) throws InterruptedException {
    if (!arrived.isEmpty()) {
      return;
    }
    long waiting = letters.look(0).ready();
    quiet++;
    if (waiting == 0) {
      missing = present - taken - left - refused.size();
      cut(missing + " of " + present + " did not come: somebody else took or holds them.");
    } else if (quiet == MOST_QUIET) {
      cut("None came for " + DurationText.of(QUIET.multipliedBy(MOST_QUIET)) + ", and " + waiting
          + " wait. " + (state.isEmpty() ? "See to the broker." : state));
    }
  }

  private void cut(@Nullable String why) {
    over = true;
    cutShort = why;
  }

  /** On the broker's threads. */
  private final class Arrivals implements Receiver {
    @Override
    public void receive(Delivery delivery) {
      arrived.add(Optional.of(delivery));
    }

    @Override
    public void stateChanged(Subscription.State now, String reason) {
      state = reason;
    }
  }
}
