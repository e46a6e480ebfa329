package dev.errand;

import static dev.errand.broker.TopologyException.Reason.MISSING;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Publication;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Route;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.codec.WireFormat;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * The jobs of a queue that gave up: looks at them, sends them back, throws them away. They lie in
 * {@code <queue>.dead} on the broker, and nowhere else. Immutable and thread-safe, nothing to
 * close: it lives as long as its broker. Each method but {@link #every} and {@link #atMost} asks
 * the broker and blocks; without a connection it fails after the broker's publish time-out.
 *
 * <p>{@link #redrive} and {@link #discard} go once over what lies there when they begin. A letter
 * that is not chosen goes to the end of the dead letters and is as it was; what arrives meanwhile
 * is for the next call, so that a job which dies again at once is not sent back for ever. At most
 * {@value #IN_HAND} letters are in hand at any moment. Whatever ends the call (an interrupt, a
 * crash, a lost connection) loses none: one that was just being sent back may then be there twice,
 * in its queue and among the dead letters. Two calls at once are safe: no letter is taken by both,
 * but one that the one call holds may escape the other. A server may put back what was looked at,
 * or was in hand, only some time after it was let go: a call ends when all of it is back, so that
 * the next one finds it, or after a second.
 */
public final class DeadLetters {
  /** The most letters that a call has in hand. */
  public static final int IN_HAND = 10;

  /**
   * The time between two letters of a redrive, unless said: 10 ms, a hundred jobs a second, which
   * leaves a queue's workers room for what is new.
   */
  public static final Duration DEFAULT_PAUSE = Duration.ofMillis(10);

  /**
   * The longest time between two letters of a redrive: with {@link #IN_HAND} in hand, well below
   * the time for which brokers let a delivery wait.
   */
  public static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private static final Duration LONGEST_RETURN = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final Broker broker;
  private final String queue;
  private final Duration pause;
  private final long most;

  private DeadLetters(Broker broker, String queue, Duration pause, long most) {
    this.broker = broker;
    this.queue = queue;
    this.pause = pause;
    this.most = most;
  }

  /**
   * The dead letters of a queue. Whether there is such a queue is seen by the first call to the
   * broker. Declares nothing.
   *
   * @param queue the queue that the jobs were taken from, such as {@code documents}, whose dead
   *     letters lie in {@code documents.dead}
   */
  public static DeadLetters of(Broker broker, String queue) {
    Objects.requireNonNull(broker, "Dead letters are looked up on a broker; it is null.");
    Objects.requireNonNull(queue, "The queue whose dead letters are meant is null.");
    return new DeadLetters(broker, queue, DEFAULT_PAUSE, Long.MAX_VALUE);
  }

  /**
   * These, of which a redrive sends back one each so long; {@link #DEFAULT_PAUSE} unless said. A
   * discard knows no pause. It passes on the broker's clock: with a clock that stands still give
   * zero, or have another thread move it.
   *
   * @param wanted zero for as fast as the broker takes them, at most {@link #LONGEST_PAUSE}
   * @throws IllegalArgumentException when it is negative or longer
   */
  public DeadLetters every(Duration wanted) {
    if (wanted.isNegative() || wanted.compareTo(LONGEST_PAUSE) > 0) {
      throw new IllegalArgumentException("A pause of " + DurationText.of(wanted)
          + " between two dead letters is out of range. Give 0 ms to "
          + DurationText.of(LONGEST_PAUSE) + ".");
    }
    return new DeadLetters(broker, queue, wanted, most);
  }

  /**
   * These, of which a redrive or a discard takes at most so many; all that are chosen unless said.
   * It ends with the last of them and looks at no other: to redrive one and see what becomes of it,
   * say 1.
   *
   * @throws IllegalArgumentException when less than 1
   */
  public DeadLetters atMost(long letters) {
    if (letters < 1) {
      throw new IllegalArgumentException(
          "At most " + letters + " dead letters are none. Give 1 or more.");
    }
    return new DeadLetters(broker, queue, pause, letters);
  }

  /**
   * How many there are, but for those that somebody holds at the moment.
   *
   * @throws TopologyException when the queue, or its dead letters, are not on the broker
   * @throws UnavailableException when the broker does not answer in time, or the thread is
   *     interrupted; it stays so
   */
  public long count() {
    return lookOrSay(0).ready();
  }

  /** As {@link #list(int, Predicate)}, all of them. */
  public List<DeadLetter> list(int most) {
    return list(most, letter -> true);
  }

  /**
   * Looks at the oldest and returns, in their order, those that are chosen. All stay where they
   * are. What it looks at is held in memory, payloads included.
   *
   * @param most how many to look at; {@link #atMost} does not matter here
   * @param chosen called once per letter, on this thread; what it throws is thrown
   * @throws IllegalArgumentException when {@code most} is less than 1
   * @throws TopologyException as {@link #count}
   * @throws UnavailableException as {@link #count}
   */
  public List<DeadLetter> list(int most, Predicate<? super DeadLetter> chosen) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "A list of at most " + most + " dead letters is empty. Give 1 or more.");
    }
    QueueReport looked = lookOrSay(most);
    awaitReady(looked.ready());
    return looked.head().stream()
        .map(message -> new DeadLetter(queue, message))
        .filter(chosen)
        .toList();
  }

  /**
   * Sends back those that are chosen, each to the end of the queue that it came from: the job as it
   * was enqueued, with its id, its payload, its headers and the time when it was enqueued, and with
   * all its attempts before it. What counted its attempts, returns and interruptions, and what told
   * its failure, is gone. Where the job came through an exchange, no other queue gets a copy. A
   * letter leaves only when the job is safe in its queue.
   *
   * <p>One that the broker refuses stays. Where it refused it for what it is, the call goes on, and
   * otherwise it ends, as the next would be refused too: where the queue is gone, the broker takes
   * nothing at the moment, or has not answered. The report tells.
   *
   * <p>An interrupt ends the call after the letter it is at; the thread stays interrupted.
   *
   * @param chosen called on this thread, between two letters: once for each, and again for one that
   *     comes again; what it throws ends the call, and is thrown
   * @return what was done and why it ended, if it ended early
   * @throws TopologyException as {@link #count}
   * @throws UnavailableException as {@link #count}, when nothing was done yet
   */
  public PassReport redrive(Predicate<? super DeadLetter> chosen) {
    Route home = Route.queue(queue);
    return pass(pause, chosen, (delivery, letter) -> {
      return delivery.replace(Publication.of(letter.afresh(broker.time().instant()), home));
    });
  }

  /**
   * Deletes those that are chosen, for good. No pause is kept.
   *
   * <p>An interrupt ends the call after the letter it is at; the thread stays interrupted.
   *
   * @param chosen as {@link #redrive}
   * @return what was done and why it ended, if it ended early
   * @throws TopologyException as {@link #count}
   * @throws UnavailableException as {@link #count}, when nothing was done yet
   */
  public PassReport discard(Predicate<? super DeadLetter> chosen) {
    return pass(Duration.ZERO, chosen, (delivery, letter) -> delivery.ack());
  }

  private PassReport pass(Duration between, Predicate<? super DeadLetter> chosen, Pass.Verb verb) {
    Objects.requireNonNull(chosen, "Which dead letters are meant is null; give letter -> true.");
    return new Pass(this, between, most, chosen, verb).run();
  }

  Broker broker() {
    return broker;
  }

  String queue() {
    return queue;
  }

  /** Where they lie. */
  String place() {
    return WireFormat.deadLettersOf(queue);
  }

  private QueueReport lookOrSay(int head) {
    try {
      return look(head);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(
          "The thread was interrupted while it looked at the dead letters of queue '" + queue
              + "'. Nothing was changed. Look again.",
          interrupted);
    }
  }

  /**
   * Counts them and shows the first.
   *
   * @throws BrokerException as {@link #count}
   */
  QueueReport look(int head) throws InterruptedException {
    try {
      return broker.inspect(place(), head).get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof TopologyException refused && refused.reason() == MISSING) {
        throw missing(refused);
      }
      if (failed.getCause() instanceof BrokerException refused) {
        throw refused;
      }
      throw new AssertionError(failed);
    }
  }

  /**
   * Waits until so many are there again, or about a second; not where the thread is interrupted or
   * the broker does not answer, which whoever asks next is told.
   */
  void awaitReady(long expected) {
    try (Scheduler scheduler = broker.time().scheduler("errand-dead-letters")) {
      long begin = broker.time().nanoTime();
      while (look(0).ready() < expected
          && broker.time().nanoTime() - begin < LONGEST_RETURN.toNanos()) {
        CountDownLatch passed = new CountDownLatch(1);
        scheduler.after(BETWEEN_LOOKS, passed::countDown);
        passed.await();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (BrokerException unanswered) {
      // What the call was for is done.
    }
  }

  private TopologyException missing(TopologyException cause) {
    return new TopologyException(
        MISSING,
        "queue '" + place() + "'",
        "There are no dead letters of queue '" + queue + "': the broker has no queue '" + place()
            + "'",
        WireFormat.deadLettersIn(queue)
            .or(() -> WireFormat.laneIn(queue))
            .map(source -> "Name the queue that the jobs came from, '" + source + "'")
            .orElse("See whether the name is right and the address too: a queue's first sender or"
                + " worker makes both queues"),
        cause);
  }

  /** The queue they came from. */
  @Override
  public String toString() {
    return "dead letters of queue '" + queue + "'";
  }
}
