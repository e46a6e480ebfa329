package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.QueueReport;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks, in each round, whether jobs come from one queue. A broker can say that it sends a queue's
 * jobs and send none; then the subscription is made again.
 */
final class Look {
  /*
   * All runs on the thread of the rounds, so that a subscription may be closed there, which blocks. What the broker answers comes on a thread
   * of the broker's, and is handed over. Health reads what is volatile.
   *
   * The queue is asked for what waits in it only where nothing came for a whole period, and there was room. Two answers in a row, a period
   * apart with nothing between them, are one silence: one alone may count what has just arrived.
   */
  private final Intake intake;
  private final Broker broker;
  private final Herald herald;
  private final Rounds rounds;
  /** How often it was asked; an answer to an earlier question than the last is late. */
  private int asked;

  private boolean suspected;
  /** How many had come by the last look. */
  private long seen;
  /** What waited when the subscription was made again; 0 where it was not. */
  private volatile long waiting;

  private volatile long receivedThen;

  Look(Intake intake, Broker broker, Herald herald, Rounds rounds) {
    this.intake = intake;
    this.broker = broker;
    this.herald = herald;
    this.rounds = rounds;
  }

  /** Jobs that waited in a queue, and did not come. */
  record Silence(String queue, long waiting) {}

  /**
   * What was found where the subscription brought nothing, and has brought nothing since; empty
   * where it has.
   */
  Optional<Silence> silence() {
    return waiting > 0 && intake.received() == receivedThen
        ? Optional.of(new Silence(intake.consumed(), waiting))
        : Optional.empty();
  }

  /** Once in a round. */
  void take() {
    intake.followAgain();
    boolean silent = intake.received() == seen && intake.awaits();
    seen = intake.received();
    if (!silent) {
      suspected = false;
    } else {
      int question = ++asked;
      CompletableFuture<Void> unusedChain = report()
          .handle((report, error) -> report)
          .thenAccept(report -> rounds.between(() -> answered(question, report)));
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

  /**
   * Takes an answer.
   *
   * @param report null where the broker did not answer: that is no silence of the queue's, nor does
   *     it end one that was found before
   */
  private void counted(@Nullable QueueReport report) {
    if (report == null) {
      suspected = false;
      return;
    }
    boolean silent = report.ready() > 0 && intake.received() == seen && intake.awaits();
    if (silent && suspected) {
      suspected = false;
      receivedThen = seen;
      waiting = report.ready();
      herald.tell(
          new WorkerEvent.Silent(herald.worker(), intake.consumed(), waiting, rounds.period()));
      intake.renew(rounds::between, rounds::later);
    } else {
      suspected = silent;
      waiting = silent ? waiting : 0;
    }
  }
}
