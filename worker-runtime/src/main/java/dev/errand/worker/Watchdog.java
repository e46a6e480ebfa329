package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.QueueReport;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks, once in each period of silence, whether jobs come from each queue and whether the worker's
 * own threads go on. A broker can say that it sends a queue's jobs and send none; then the
 * subscription is made again.
 */
final class Watchdog {
  /*
   * All runs on a scheduler of its own, so that a subscription may be closed there, which blocks. What the broker answers comes on a thread of
   * the broker's, and is handed over. Health reads what is volatile.
   *
   * A queue is asked for what waits in it only where nothing came for a whole period, and there was room. Two answers in a row, a period apart
   * with nothing between them, are one silence: one alone may count what has just arrived.
   */
  private final Duration silence;
  private final List<Look> looks;
  private final Broker broker;
  private final Herald herald;
  private final Lifecycle lifecycle;
  private final List<Pulse> pulses;
  private final Time time;
  private final Scheduler turns;
  private volatile long lookedAt;

  /**
   * Over these.
   *
   * @param turns its own; the worker closes it
   */
  Watchdog(
      Duration silence,
      List<Intake> intakes,
      Broker broker,
      Herald herald,
      Lifecycle lifecycle,
      List<Pulse> pulses,
      Scheduler turns) {
    this.silence = silence;
    this.looks = intakes.stream().map(Look::new).toList();
    this.broker = broker;
    this.herald = herald;
    this.lifecycle = lifecycle;
    this.pulses = pulses;
    this.time = broker.time();
    this.turns = turns;
    this.lookedAt = time.nanoTime();
  }

  void start() {
    turns.after(silence, this::look);
  }

  /** Ends it, and waits for a look that is taken. Idempotent. */
  void close() {
    turns.close();
  }

  private void look() {
    if (!lifecycle.stopping()) {
      turns.after(silence, this::look);
      lookedAt = time.nanoTime();
      pulses.forEach(pulse -> pulse.ask(lookedAt));
      looks.forEach(Look::look);
    }
  }

  /** By how much the next look is late; zero or less where it is not. */
  Duration lateness(long now) {
    return Duration.ofNanos(now - lookedAt).minus(silence);
  }

  List<Pulse> pulses() {
    return pulses;
  }

  Duration silence() {
    return silence;
  }

  /**
   * What was found of each queue whose subscription brought nothing, and has brought nothing since.
   */
  List<Silence> silences() {
    return looks.stream().flatMap(look -> look.silence().stream()).toList();
  }

  /** Jobs that waited in a queue, and did not come. */
  record Silence(String queue, long waiting) {}

  /** Over one queue. */
  private final class Look {
    private final Intake intake;
    /** How often it was asked; an answer to an earlier question than the last is late. */
    private int asked;

    private boolean suspected;
    /** How many had come by the last look. */
    private long seen;
    /** What waited when the subscription was made again; 0 where it was not. */
    private volatile long waiting;

    private volatile long receivedThen;

    Look(Intake intake) {
      this.intake = intake;
    }

    Optional<Silence> silence() {
      return waiting > 0 && intake.received() == receivedThen
          ? Optional.of(new Silence(intake.consumed(), waiting))
          : Optional.empty();
    }

    void look() {
      boolean silent = intake.received() == seen && intake.awaits();
      seen = intake.received();
      if (!silent) {
        suspected = false;
      } else {
        int question = ++asked;
        CompletableFuture<Void> unusedChain = report()
            .handle((report, error) -> report)
            .thenAccept(report -> turns.after(Duration.ZERO, () -> answered(question, report)));
      }
    }

    private CompletableFuture<QueueReport> report() {
      try {
        return broker.inspect(intake.consumed(), 0);
      } catch (RuntimeException closed) {
        return CompletableFuture.failedFuture(closed);
      }
    }

    private void answered(int question, @Nullable QueueReport report) {
      if (question == asked) {
        counted(report);
      }
    }

    /** @param report null where the broker did not answer, which is no silence of the queue's */
    private void counted(@Nullable QueueReport report) {
      boolean silent =
          report != null && report.ready() > 0 && intake.received() == seen && intake.awaits();
      if (report != null && silent && suspected) {
        suspected = false;
        receivedThen = seen;
        waiting = report.ready();
        herald.tell(new WorkerEvent.Silent(herald.worker(), intake.consumed(), waiting, silence));
        intake.renew(turn -> turns.after(Duration.ZERO, turn));
      } else {
        suspected = silent;
        waiting = silent ? waiting : 0;
      }
    }
  }
}
